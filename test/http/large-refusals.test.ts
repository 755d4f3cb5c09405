import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startService } from "../support/start-service.ts";

let server: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  server = await startService();
});
afterAll(() => server.close());

const MB = 1024 * 1024;

describe("a body with more wrong fields than anybody reads", () => {
  it.each([
    ["unknown keys", "/v1/chat", () => unknownKeys(60_000)],
    [
      "wrong items",
      "/v1/chat/completions",
      () => ({ messages: Array.from({ length: 60_000 }, () => ({ a: 1 })) }),
    ],
    ["a key of half a megabyte", "/v1/chat", () => ({ message: "hi", ["k".repeat(MB / 2)]: 1 })],
  ])("(%s) gets an error with 20 of them at most", async (_what, path, make) => {
    const { status, json, text } = await server.call("POST", path, make());
    expect([status, json.error.code]).toEqual([400, "invalid_request"]);
    expect(json.error.details.length).toBeLessThanOrEqual(20);
    expect(text.length).toBeLessThan(20_000);
  });

  it("says that there are more", async () => {
    const { json } = await server.call("POST", "/v1/chat", unknownKeys(21));
    expect(json.error.message).toMatch(/k19 is not a known field; and more\.$/);
    const few = await server.call("POST", "/v1/chat", unknownKeys(20));
    expect(few.json.error.message).toMatch(/k19 is not a known field\.$/);
    expect(few.json.error.details).toHaveLength(20);
  });

  function unknownKeys(count: number) {
    const keys = Array.from({ length: count }, (_value, index) => [`k${index}`, 1]);
    return { message: "hi", ...Object.fromEntries(keys) };
  }
});

describe("JSON that would keep the parser busy", () => {
  it.each([
    ["nested lists in a question", "/v1/chat", "[".repeat(MB / 2) + "]".repeat(MB / 2 - 1)],
    ["13 million lists for a document", "/v1/documents", `[${"[],".repeat(13 * MB)}[]]`],
    ["300,000 lists in a question", "/v1/chat", `[${"[],".repeat(300_000)}[]]`],
  ])("(%s) is refused", async (_what, path, body) => {
    const { status, json } = await server.call("POST", path, body);
    expect([status, json.error.code]).toEqual([413, "too_large"]);
  });

  it("as a document with a long text is taken", async () => {
    const text = 'He said "no".\n\n'.repeat(100_000);
    const put = await server.call("PUT", "/v1/documents/long", { title: "Long", text });
    expect([put.status, put.json.passages]).toEqual([201, 1250]);
    expect((await server.call("GET", "/v1/documents/long")).json.text).toBe(text);
  });

  it("in a document of another encoding than UTF-8 is refused", async () => {
    const body = Buffer.from(JSON.stringify({ title: "a", text: "ä".repeat(MB) }), "latin1");
    const send = async (type: string) => {
      const init = { method: "POST", headers: { "content-type": type }, body };
      const reply = await fetch(`${server.url}/v1/documents`, init);
      return [reply.status, JSON.parse(await reply.text()).error.code];
    };
    expect(await send("application/json")).toEqual([400, "invalid_json"]);
    expect(await send("application/json; charset=latin1")).toEqual([415, "unsupported_media_type"]);
    expect(await send("text/plain")).toEqual([415, "unsupported_media_type"]);
  });
});

describe("an import of answers", () => {
  const NDJSON = { "content-type": "application/x-ndjson" };
  const send = (body: string) => server.call("POST", "/v1/cache/entries", body, NDJSON);

  it("of blank lines only, however many, has no line", async () => {
    const { status, json } = await send("\n".repeat(5_000_000));
    expect([status, json.error.message]).toEqual([400, "the body must have at least one line."]);
  });

  it("counts blank lines, so that the wrong line is named", async () => {
    const { json } = await send("\n\n\r\n{}\n");
    expect(json.error.param).toMatch(/^line 4: /);
  });

  it("with a line that is longer than an answer may be is refused", async () => {
    const { status, json } = await send(`\n"${"x".repeat(MB)}"`);
    expect([status, json.error.code]).toEqual([413, "too_large"]);
    expect(json.error.message).toContain("Line 2 is longer than");
  });

  it("with many wrong lines names 20 problems and says that there are more", async () => {
    const { json } = await send("x\n".repeat(50_000));
    expect(json.error.details).toHaveLength(20);
    expect(json.error.message).toMatch(/line 20 is not JSON; and more\.$/);
  });
});

describe("a form that goes on and on", () => {
  it.each([
    ["before its first part", (boundary: string) => [`x`.repeat(64 * 1024), boundary]],
    [
      "after its file",
      (boundary: string) => [
        `${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.md"\r\n\r\nHello\r\n${boundary}--\r\n`,
        "x".repeat(64 * 1024),
      ],
    ],
  ])("(%s) is cut, and nothing of it is kept", async (_where, parts) => {
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    const end = new Promise<void>((resolve) => {
      socket.on("error", () => {}).on("close", () => resolve());
    });
    socket.write(
      `POST /v1/documents HTTP/1.1\r\nHost: ${hostname}:${port}\r\nTransfer-Encoding: chunked\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n`,
    );
    const [first = "", then = ""] = parts("--b");
    const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`;
    socket.write(chunk(first));
    const filler = chunk(then.length > 100 ? then : first);
    let sent = 0;
    while (!socket.destroyed && sent < 60 * MB) {
      sent += filler.length;
      if (socket.write(filler)) continue;
      await Promise.race([once(socket, "drain").catch(() => end), end]);
    }
    expect(socket.destroyed).toBe(true);
  });
});
