import { randomUUID } from "node:crypto";
import { readUIMessageStream } from "ai";
import { describe, expect, it, onTestFinished } from "vitest";
import { defer } from "../support/defer.ts";
import { scriptedModel } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";
import { headersOf, keyEntry } from "../support/user-tokens.ts";
import { PlainChat, textOf, uiTransport, type RepriseMessage } from "../support/ui-chat.ts";
import { RefundDesk } from "../support/refund-desk.ts";

const desk = new RefundDesk();

const newChat = (options: Partial<ConstructorParameters<typeof PlainChat>[0]> = {}) =>
  new PlainChat({ id: randomUUID(), transport: uiTransport(desk.server.url), ...options });
const post = (body: object, headers?: Record<string, string>) =>
  desk.server.call("POST", "/v1/ui/chat", body, headers);
const said = (role: string, text: string) => ({ id: "m", role, parts: [{ type: "text", text }] });

describe("a chat of somebody else", () => {
  it("is not there: neither its conversation nor its answer under way", async () => {
    const gate = defer<undefined>();
    const waiting = scriptedModel(() => ({
      text: "One two.",
      beforeWord: async (place) => void (place > 0 && (await gate.promise)),
    }));
    const API_KEYS = [keyEntry("web", "acme", "chat"), keyEntry("app", "acme", "chat")].join(",");
    const apart = await startService({ API_KEYS }, { model: waiting });
    onTestFinished(() => apart.close());
    const [web, app] = [await headersOf("web"), await headersOf("app")];
    const id = randomUUID();
    const transport = uiTransport(apart.url, { headers: web });
    const chat = newChat({ id, transport });
    const asking = chat.sendMessage({ text: "What is mine?" });
    await expect.poll(() => chat.text).toBe("One");
    const path = `/v1/ui/chat/${id}/stream`;
    expect((await apart.call("GET", path, undefined, app)).status).toBe(204);
    const messages = [said("user", "What is yours?")];
    const intruder = await apart.call("POST", "/v1/ui/chat", { id, messages }, app);
    expect([intruder.status, intruder.json.error.code]).toEqual([404, "not_found"]);
    const withHistory = [said("user", "I am"), said("assistant", "you"), ...messages];
    const other = await apart.call("POST", "/v1/ui/chat", { id, messages: withHistory }, app);
    expect(other.status).toBe(404);
    gate.resolve(undefined);
    await asking;
    expect(chat.text).toBe("One two.");
    const { window } = (await apart.call("GET", `/v1/conversations/${id}`, undefined, web)).json;
    expect(window).toHaveLength(2);
  });
});

describe("messages of a chat", () => {
  it("are read by readUIMessageStream as they come", async () => {
    const stream = await uiTransport(desk.server.url).sendMessages({
      chatId: randomUUID(),
      trigger: "submit-message",
      messageId: undefined,
      messages: [
        { id: "1", role: "user", parts: [{ type: "text", text: "When are parcels sent?" }] },
      ],
      abortSignal: undefined,
    });
    const seen: RepriseMessage[] = [];
    for await (const message of readUIMessageStream<RepriseMessage>({ stream })) seen.push(message);
    expect(textOf(seen.at(-1))).toBe("Within 30 days. [1]");
    expect(seen.length).toBeGreaterThan(3);
  });

  it("may be split into parts, and have system messages as instructions", async () => {
    const parts = ["When are", " refunds", " paid?"].map((text) => ({ type: "text", text }));
    const messages = [said("system", "Answer in rhymes."), { id: "m", role: "user", parts }];
    const { text } = await post({ messages });
    expect(text).toContain('"question":"When are refunds paid?"');
    expect(desk.lastPrompt()).toContain("Answer in rhymes.");
  });

  const file = { type: "file", mediaType: "image/png", url: "data:image/png;base64,AA==" };
  const pdf = {
    type: "file",
    mediaType: "application/pdf",
    url: "data:application/pdf;base64,AA==",
  };
  const tool = { type: "tool-weather", toolCallId: "1", state: "output-available", output: 1 };
  const question = said("user", "When are refunds paid?");

  it.each([
    [
      "messages[0].parts[0].url",
      [{ ...question, parts: [{ ...pdf, url: "https://x.org/a.pdf" }] }],
    ],
    ["messages[0].parts[0].url", [{ ...question, parts: [{ type: "file", mediaType: "a/b" }] }]],
    ["messages[0].parts[0]", [{ id: "a", role: "assistant", parts: [file] }, question]],
    ["messages[0].parts[0]", [{ id: "a", role: "assistant", parts: [tool] }, question]],
    ["messages[0].parts[0]", [{ ...question, parts: [{ type: "dynamic-tool" }] }]],
    ["messages[1].role", [question, said("assistant", "Soon.")]],
    ["messages[0].parts", [{ ...question, parts: [{ type: "data-app", data: 1 }] }]],
    ["messages[0].parts", [said("user", "  ")]],
    ["messages[0].parts", [said("user", "a".repeat(32_001))]],
    ["messages[0].parts[0].text", [said("user", "\0")]],
    ["messages[0].role", [said("tool", "x")]],
    ["messages", []],
  ])("are refused at their place where they cannot be honoured: %s", async (param, messages) => {
    const { status, json } = await post({ messages });
    expect([status, json.error.code, json.error.param]).toEqual([400, "invalid_request", param]);
  });

  it("name what is no field here, and an id that cannot be a conversation's", async () => {
    const messages = [question];
    expect((await post({ messages, tools: [] })).json.error.param).toBe("tools");
    expect((await post({ messages, id: ":r1:" })).json.error.param).toBe("id");
    expect((await post({ messages, trigger: "resume-stream" })).json.error.param).toBe("trigger");
  });

  it("hand files on to the model, past the cache, and later messages too", async () => {
    desk.script = { text: "A plan." };
    const look = {
      ...said("user", "Look at my plan."),
      parts: [...said("user", "Look.").parts, file, pdf],
    };
    const first = await post({ messages: [look] });
    // A stream that opens before its verdict has no header for it.
    expect(first.text).toContain('"status":"bypass"');
    const sent = JSON.stringify(desk.model.calls.at(-1));
    expect(sent).toContain(file.url);
    expect(sent).toContain(pdf.url);
    const messages = [look, said("assistant", "A plan."), said("user", "What does it show?")];
    expect((await post({ messages })).status).toBe(200);
    expect(JSON.stringify(desk.model.calls.at(-1))).toContain(file.url);
  });

  it("may be a file without a word, which its conversation keeps as such", async () => {
    desk.script = { text: "A plan." };
    const id = randomUUID();
    await post({ id, messages: [{ ...question, parts: [file] }] });
    await post({ id, messages: [said("user", "And who drew it?")] });
    expect(desk.lastPrompt()).toContain("A plan.");
    const { window } = (await desk.server.call("GET", `/v1/conversations/${id}`)).json;
    expect(window[0].content).toBe("[file]");
  });
});
