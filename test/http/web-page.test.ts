import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startService } from "../support/start-service.ts";

describe("the chat page as it is sent", () => {
  let server: Awaited<ReturnType<typeof startService>>;
  beforeAll(async () => {
    server = await startService();
  });
  afterAll(() => server.close());

  it("comes under a policy that allows files of this server and no inline code", async () => {
    const { headers } = await server.call("GET", "/");
    const policy = headers.get("content-security-policy")?.split(/;\s*/);
    expect(policy).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
      ]),
    );
    expect(policy?.join()).not.toContain("unsafe");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
  });

  it("has no inline script, style or handler, and nothing of another host", async () => {
    const { text } = await server.call("GET", "/");
    expect(text).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\s(?:style|on\w+)=|https?:/);
  });

  it("names every one of its modules, so that none waits for another to be read", async () => {
    const { text } = await server.call("GET", "/");
    const files = await readdir(new URL("../../web/", import.meta.url));
    const named = [...text.matchAll(/(?:src|href)="\/([\w-]+\.js)"/g)].map((match) => match[1]);
    const modules = files.filter((file) => file.endsWith(".js"));
    expect(new Set(named)).toEqual(new Set(modules));
    expect(named).toHaveLength(modules.length);
    for (const file of named) {
      const { status, headers } = await server.call("GET", `/${file}`);
      expect([status, headers.get("content-type")]).toEqual([
        200,
        "text/javascript; charset=utf-8",
      ]);
    }
  });
});
