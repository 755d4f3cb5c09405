import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startService } from "../support/start-service.ts";

const asBrowser = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" };

describe("the web app as it is sent", () => {
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
    expect(text).toContain("<script");
    expect(text).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\s(?:style|on\w+)=|https?:/);
  });

  it("is kept by browsers for as long as its files' names say: code for good, the page not", async () => {
    const page = await server.call("GET", "/");
    expect(page.headers.get("cache-control")).toBe("no-cache");
    const code = /src="(\/assets\/[^"]+\.js)"/.exec(page.text)?.[1] ?? "";
    const { status, headers } = await server.call("GET", code);
    expect(status).toBe(200);
    expect(headers.get("content-type")?.toLowerCase()).toBe("text/javascript; charset=utf-8");
    expect(headers.get("cache-control")).toContain("immutable");
  });

  it("is sent at the address of each of its pages, to browsers that open it", async () => {
    const { text } = await server.call("GET", "/");
    for (const path of ["/costs", "/documents/hours", "/conversations/conv_1"]) {
      const opened = await server.call("GET", path, undefined, asBrowser);
      expect([opened.status, opened.text]).toEqual([200, text]);
      expect(opened.headers.get("content-security-policy")).toContain("default-src 'none'");
    }
  });

  it.each(["/v1/nothing", "/assets/nothing.js", "/nothing.png"])(
    "is not sent in place of what is not there: %s",
    async (path) => {
      const { status, json } = await server.call("GET", path, undefined, asBrowser);
      expect([status, json.error.code]).toEqual([404, "not_found"]);
    },
  );

  it("is not sent to programs, which learn that there is no such path", async () => {
    const { status, json } = await server.call("GET", "/costs");
    expect([status, json.error.code]).toEqual([404, "not_found"]);
  });
});

describe("whose key it is", () => {
  it("is told to every known key with its scopes, and to nobody else", async () => {
    const entry = (name: string, scopes: string) =>
      `${name}:acme:${scopes}:${createHash("sha256").update(name).digest("hex")}`;
    const keys = [entry("web", "chat"), entry("ops", "chat+admin"), entry("bot", "admin")];
    const server = await startService({ API_KEYS: keys.join(",") });
    const me = (key?: string) =>
      server.call(
        "GET",
        "/v1/me",
        undefined,
        key === undefined ? {} : { authorization: `Bearer ${key}` },
      );
    const told = { tenant: "acme", groups: [], keys_configured: true };
    expect((await me("web")).json).toEqual({ ...told, name: "web", scopes: ["chat"] });
    expect((await me("ops")).json).toEqual({ ...told, name: "ops", scopes: ["chat", "admin"] });
    expect((await me("bot")).json).toEqual({ ...told, name: "bot", scopes: ["admin"] });
    expect((await me("nobody")).status).toBe(401);
    expect((await me()).status).toBe(401);
    await server.close();
  });

  it("is nobody's where no keys are configured: everybody may do all", async () => {
    const server = await startService();
    expect((await server.call("GET", "/v1/me")).json).toEqual({
      tenant: "default",
      groups: [],
      name: "anonymous",
      scopes: ["chat", "admin"],
      keys_configured: false,
    });
    await server.close();
  });
});
