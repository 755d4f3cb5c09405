import { request, type IncomingHttpHeaders } from "node:http";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startService } from "../support/start-service.ts";

interface Sent {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

describe("the web app's files on the wire", () => {
  let server: Awaited<ReturnType<typeof startService>>;
  let paths: string[];
  beforeAll(async () => {
    server = await startService();
    const { text } = await server.call("GET", "/");
    const assets = [...text.matchAll(/"(\/assets\/[^"]+\.(?:js|css))"/g)].map(([, path]) => path);
    expect(assets.length).toBeGreaterThan(1);
    paths = ["/index.html", "/icon.svg", ...assets.filter((path) => path !== undefined)];
  });
  afterAll(() => server.close());

  /** As it comes, unlike with fetch(), which unpacks. */
  const get = (path: string, headers: Record<string, string>, method = "GET") =>
    new Promise<Sent>((resolve, reject) => {
      request(server.url + path, { method, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({
            status: response.statusCode,
            headers: response.headers,
            bytes: Buffer.concat(chunks),
          }),
        );
      })
        .once("error", reject)
        .end();
    });

  it.each([
    ["br", "gzip, deflate, br, zstd", brotliDecompressSync],
    ["gzip", "gzip", gunzipSync],
    ["gzip", "br;q=0, gzip;q=0.5", gunzipSync],
    [undefined, "identity", (bytes: Buffer) => bytes],
    [undefined, "gzip;q=0", (bytes: Buffer) => bytes],
    [undefined, undefined, (bytes: Buffer) => bytes],
  ])("are packed as %s for who takes %s, and the same once unpacked", async (as, taken, unpack) => {
    for (const path of paths) {
      const sent = await get(path, taken === undefined ? {} : { "accept-encoding": taken });
      const file = await readFile(server.service.http.webFolder + path);
      expect([sent.status, sent.headers["content-encoding"]], path).toEqual([200, as]);
      expect(unpack(sent.bytes).equals(file), path).toBe(true);
      expect(sent.headers.vary, path).toBe("Accept-Encoding");
      expect(sent.headers["content-length"], path).toBe(String(sent.bytes.length));
      if (as !== undefined) expect(sent.bytes.length, path).toBeLessThan(file.length);
    }
  });

  it("are told apart by their tags: what the reader has is not sent again", async () => {
    const tags = new Set<string | undefined>();
    for (const path of paths) {
      for (const taken of ["br", "gzip", "identity"]) {
        const headers = { "accept-encoding": taken };
        const { etag = "", ...first } = (await get(path, headers)).headers;
        tags.add(path + etag);
        const again = await get(path, { ...headers, "if-none-match": etag });
        expect([again.status, again.bytes.length], path).toEqual([304, 0]);
        expect(again.headers.vary).toBe("Accept-Encoding");
        expect(again.headers["cache-control"]).toBe(first["cache-control"]);
      }
    }
    expect(tags.size).toBe(3 * paths.length);
  });

  it("have the same headers when only these are asked for", async () => {
    for (const path of [...paths, "/", "/costs"]) {
      const headers = { "accept-encoding": "br", accept: "text/html" };
      const whole = await get(path, headers);
      const head = await get(path, headers, "HEAD");
      expect([head.status, head.bytes.length], path).toEqual([200, 0]);
      for (const name of ["content-encoding", "content-length", "content-type", "etag", "vary"]) {
        expect(head.headers[name], `${path} ${name}`).toBe(whole.headers[name]);
      }
    }
  });

  it("are packed at the pages' addresses too, under the policy", async () => {
    const file = await readFile(`${server.service.http.webFolder}/index.html`);
    for (const path of ["/", "/costs", "/documents/hours?a=b"]) {
      const sent = await get(path, { "accept-encoding": "br", accept: "text/html" });
      expect([sent.status, sent.headers["content-encoding"]]).toEqual([200, "br"]);
      expect(brotliDecompressSync(sent.bytes).equals(file)).toBe(true);
      expect(sent.headers["content-security-policy"]).toContain("default-src 'none'");
      expect(sent.headers["content-type"]?.toLowerCase()).toBe("text/html; charset=utf-8");
      expect(sent.headers["cache-control"]).toBe("no-cache");
    }
  });

  it.each([
    ["POST", "/", 404, {}],
    ["POST", "/index.html", 404, {}],
    ["GET", "/index.html", 412, { "if-match": '"other"' }],
    ["GET", "/%zz", 400, {}],
    ["GET", "/assets/%ff.js", 400, {}],
  ])("leave refusals as they are: %s %s is %i", async (method, path, status, headers) => {
    const sent = await get(path, { "accept-encoding": "br", ...headers }, method);
    expect([sent.status, sent.headers["content-encoding"]]).toEqual([status, undefined]);
    expect(sent.headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(JSON.parse(sent.bytes.toString()).error.message).not.toBe("");
  });

  it("are all there is that is packed: an answer's stream is not", async () => {
    const { headers } = await server.call(
      "POST",
      "/v1/chat",
      { message: "How long?", stream: true },
      { "accept-encoding": "br, gzip" },
    );
    expect(headers.get("content-type")).toContain("text/event-stream");
    expect(headers.get("content-encoding")).toBeNull();
  });
});
