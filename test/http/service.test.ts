import { ChatOpenAI } from "@langchain/openai";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { startService } from "../support/start-service.ts";

const HELP = `To reset your password open Settings and press Reset password. The link is valid for one hour.

Refunds are paid within 30 days of purchase to the card that was used.`;

let server: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  server = await startService();
  await server.call("POST", "/v1/documents", { id: "help", title: "Help", text: HELP });
});
afterAll(() => server.close());

const ask = (message: string, more: object = {}) =>
  server.call("POST", "/v1/chat", { message, ...more });

describe("a question", () => {
  it("is answered with a citation whose span is exactly the document's text", async () => {
    const { json } = await ask("When are refunds paid?");
    expect(json.cache.status).toBe("miss");
    expect(json.usage.model).toBe("offline-extractive");
    const [citation] = json.citations;
    const document = await server.call("GET", `/v1/documents/${citation.document_id}`);
    expect(document.json.text.slice(citation.start, citation.end)).toBe(citation.passage);
  });

  it("asked again in the same words is an exact hit without tokens", async () => {
    const first = await ask("Which card are refunds paid to?");
    const { json, headers } = await ask("which card are refunds  paid to ?");
    expect(json.cache).toMatchObject({ status: "hit", tier: "exact", reasons: ["exact-match"] });
    expect(json.answer).toBe(first.json.answer);
    expect(json.usage.total_tokens).toBe(0);
    expect(json.saved.total_tokens).toBe(first.json.usage.total_tokens);
    expect(headers.get("cache-status")).toBe("reprise; hit; detail=exact");
  });

  it("that the documents do not answer is told so, and that is never stored", async () => {
    for (const status of ["miss", "miss"]) {
      const { json } = await ask("Who founded the company?");
      expect(json.answer).toBe("I could not find that in the documents.");
      expect(json.cache.status).toBe(status);
    }
  });

  it("that leans on the conversation stays out of the shared cache", async () => {
    const { json: first } = await ask("How do I reset my password?");
    const { json } = await ask("How long is it valid?", { conversation_id: first.conversation_id });
    expect(json.cache).toMatchObject({ status: "bypass", reasons: ["follow-up-not-resolved"] });
    expect(json.answer).toContain("one hour");
  });

  it("is remembered in its conversation, and forgotten on demand", async () => {
    const { json: first } = await ask("When are refunds paid?");
    const path = `/v1/conversations/${first.conversation_id}`;
    expect((await server.call("GET", path)).json.window).toEqual([
      { role: "user", content: "When are refunds paid?" },
      { role: "assistant", content: first.answer },
    ]);
    expect((await server.call("DELETE", path)).status).toBe(200);
    expect((await server.call("GET", path)).status).toBe(404);
  });
});

describe("a document", () => {
  it("that changes or goes takes its answers with it before the call returns", async () => {
    const put = (text: string) =>
      server.call("PUT", "/v1/documents/returns", { title: "Returns", text });
    await put("Parcels are returned to Hall 7 in Leipzig.");
    const question = "Where are parcels returned to?";
    expect((await ask(question)).json.answer).toContain("Hall 7");
    expect((await ask(question)).json.cache.status).toBe("hit");
    expect((await put("Parcels are returned to Hall 9 in Halle.")).json).toMatchObject({
      version: 2,
      invalidated_answers: 1,
    });
    expect((await ask(question)).json).toMatchObject({ cache: { status: "miss" } });
    expect((await ask(question)).json.answer).toContain("Hall 9");
    const gone = await server.call("DELETE", "/v1/documents/returns");
    expect(gone.json.invalidated_answers).toBe(1);
    expect((await ask(question)).json.cache.status).toBe("miss");
  });

  it("that is put again unchanged is not embedded again and invalidates nothing", async () => {
    await ask("When are refunds paid?");
    const again = await server.call("POST", "/v1/documents", {
      id: "help",
      title: "Help",
      text: HELP,
    });
    expect(again.json).toMatchObject({ version: 1, embedded: 0, invalidated_answers: 0 });
    expect((await ask("When are refunds paid?")).json.cache.status).toBe("hit");
  });

  it("is taken as a file, by its content", async () => {
    const upload = async (content: string | Uint8Array<ArrayBuffer>, name: string) => {
      const form = new FormData();
      form.append("file", new Blob([content]), name);
      const response = await fetch(`${server.url}/v1/documents`, { method: "POST", body: form });
      return { status: response.status, body: await response.text() };
    };
    const html =
      "<html><title>Opening</title><h2>Hours</h2><p>We open at 9.</p><script>x()</script></html>";
    expect((await upload(html, "a.html")).status).toBe(201);
    const found = await server.call("POST", "/v1/search", { query: "opening hours" });
    expect(found.json.passages[0]).toMatchObject({
      title: "Opening",
      headings: ["Hours"],
      passage: "We open at 9.",
    });
    expect(
      await upload(new Uint8Array([0x25, 0x50, 0x44, 0x46, 0xff, 0xfe]), "a.txt"),
    ).toMatchObject({ status: 400 });
    expect((await upload("text", "a.exe")).status).toBe(201);
  });
});

describe("bad input", () => {
  it.each([
    ["POST", "/v1/chat", '{"message":', 400, "invalid_json", null],
    ["POST", "/v1/chat", {}, 400, "invalid_request", "message"],
    ["POST", "/v1/chat", { message: 7 }, 400, "invalid_request", "message"],
    ["POST", "/v1/chat", { message: "a\0b" }, 400, "invalid_request", "message"],
    ["POST", "/v1/chat", { message: "hi", treshold: 1 }, 400, "invalid_request", "treshold"],
    [
      "POST",
      "/v1/chat",
      { message: "hi", cache: { threshold: 0.5 } },
      400,
      "invalid_request",
      "cache.threshold",
    ],
    [
      "POST",
      "/v1/chat",
      { message: "hi", cache: { ttl_seconds: 86_401 } },
      400,
      "invalid_request",
      "cache.ttl_seconds",
    ],
    [
      "POST",
      "/v1/chat",
      { message: "hi", documents: ["a b"] },
      400,
      "invalid_request",
      "documents[0]",
    ],
    [
      "POST",
      "/v1/chat",
      { message: "hi", documents: ["none"], stream: true },
      400,
      "invalid_request",
      "documents[0]",
    ],
    [
      "POST",
      "/v1/cache/explain",
      { message: "hi", documents: ["none"] },
      400,
      "invalid_request",
      "documents[0]",
    ],
    ["POST", "/v1/chat", { message: "y", cache: { mode: "only" } }, 404, "not_cached", null],
    ["POST", "/v1/chat/completions", { model: "m" }, 400, "invalid_request", "messages"],
    [
      "POST",
      "/v1/chat/completions",
      { messages: [{ role: "user", content: " " }] },
      400,
      "invalid_request",
      "messages[0].content",
    ],
    [
      "POST",
      "/v1/chat/completions",
      { messages: [{ role: "user", content: [{ type: "image_url" }] }] },
      400,
      "invalid_request",
      "messages[0].content[0].image_url",
    ],
    ["POST", "/v1/documents", { title: "t", text: "  " }, 400, "invalid_request", "text"],
    ["GET", "/v1/documents?limit=1000", undefined, 400, "invalid_request", "limit"],
    ["GET", "/v1/documents?cursor=%20", undefined, 400, "invalid_request", "cursor"],
    ["GET", "/v1/documents/none", undefined, 404, "not_found", null],
    ["DELETE", "/v1/documents/none", undefined, 404, "not_found", null],
    ["GET", "/v1/conversations/none", undefined, 404, "not_found", null],
    ["GET", "/v1/nothing", undefined, 404, "not_found", null],
  ])("%s %s %j is %i %s at %s", async (method, path, body, status, code, param) => {
    const reply = await server.call(method, path, body);
    expect(reply.status, reply.text).toBe(status);
    expect(reply.json.error).toMatchObject({ code, param });
    expect(reply.json.error.request_id).toBe(reply.headers.get("x-request-id"));
  });

  it("of two megabytes is 413", async () => {
    const reply = await server.call("POST", "/v1/chat", { message: "x".repeat(2_000_000) });
    expect(reply.status, reply.text).toBe(413);
    expect(reply.json.error).toMatchObject({ code: "too_large", param: null });
  });

  it.each([
    ["GET", "/v1/chat", "POST"],
    ["POST", "/v1/documents/one", "GET, PUT, DELETE"],
    ["POST", "/v1/users/ann/profile/", "GET, PUT, PATCH, DELETE"],
    ["PATCH", "/metrics", "GET"],
  ])("%s %s is 405 where it is not taken, and says what is", async (method, path, allowed) => {
    const reply = await server.call(method, path);
    expect(reply.status).toBe(405);
    expect(reply.headers.get("allow")).toBe(allowed);
    expect(reply.json.error).toMatchObject({ code: "method_not_allowed", param: null });
  });

  it("of another type is 415", async () => {
    const reply = await server.call("POST", "/v1/chat", "message=hi", {
      "content-type": "text/plain",
    });
    expect(reply.status).toBe(415);
  });
});

describe("real clients", () => {
  const baseURL = () => `${server.url}/v1`;

  it("the openai package: whole, streamed with usage, and an error", async () => {
    const client = new OpenAI({ apiKey: "none", baseURL: baseURL(), maxRetries: 0 });
    const messages = [{ role: "user" as const, content: "How do I reset my password?" }];
    const whole = await client.chat.completions.create({ model: "m", messages });
    expect(whole.choices[0]?.finish_reason).toBe("stop");
    const stream = await client.chat.completions.create({
      model: "m",
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = "";
    let usage = null;
    for await (const chunk of stream) {
      text += chunk.choices[0]?.delta.content ?? "";
      usage = chunk.usage ?? usage;
    }
    expect(text).toBe(whole.choices[0]?.message.content);
    expect(usage).toMatchObject({ total_tokens: 0 });
    await expect(
      client.chat.completions.create({ model: "m", messages: [] }),
    ).rejects.toMatchObject({ status: 400, code: "invalid_request" });
    expect((await client.models.list()).data[0]?.id).toBe("offline-extractive");
  });

  it("LangChain's ChatOpenAI, with a history that the client holds", async () => {
    const model = new ChatOpenAI({
      apiKey: "none",
      model: "m",
      configuration: { baseURL: baseURL() },
    });
    const reply = await model.invoke([
      ["human", "How do I reset my password?"],
      ["ai", "Open Settings."],
      ["human", "How long is it valid?"],
    ]);
    expect(reply.text).toContain("one hour");
  });
});

describe("the WebSocket", () => {
  it("answers, tells what is wrong, and pongs", async () => {
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/v1/ws`, "reprise.v1");
    const seen: Record<string, unknown>[] = [];
    const done = new Promise<void>((resolve) => {
      socket.on("message", (data) => {
        seen.push(JSON.parse(Buffer.from(data as Buffer).toString("utf8")));
        if (
          seen.some(({ type }) => type === "answer-end") &&
          seen.some(({ type }) => type === "pong")
        )
          resolve();
      });
    });
    await new Promise((resolve) => socket.once("open", resolve));
    socket.send(JSON.stringify({ type: "chat", request_id: "bad", message: "" }));
    socket.send(JSON.stringify({ type: "ping" }));
    socket.send(
      JSON.stringify({ type: "chat", request_id: "good", message: "When are refunds paid?" }),
    );
    await done;
    socket.close();
    expect(seen.find((message) => message["request_id"] === "bad")).toMatchObject({
      type: "answer-error",
      error: { param: "message" },
    });
    const own = seen.filter((message) => message["request_id"] === "good");
    expect(own.map(({ seq }) => seq)).toEqual(own.map((_message, index) => index + 1));
  });

  it("refuses a page of another host", async () => {
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/v1/ws`, {
      origin: "https://evil.example",
    });
    const error = await new Promise<Error>((resolve) => socket.once("error", resolve));
    expect(error.message).toContain("403");
  });
});
