import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { defer } from "../support/defer.ts";
import { PlainChat, textOf, uiTransport } from "../support/ui-chat.ts";
import { RefundDesk, USAGE } from "../support/refund-desk.ts";

const desk = new RefundDesk();

const newChat = (options: Partial<ConstructorParameters<typeof PlainChat>[0]> = {}) =>
  new PlainChat({ id: randomUUID(), transport: uiTransport(desk.server.url), ...options });
const post = (body: object, headers?: Record<string, string>) =>
  desk.server.call("POST", "/v1/ui/chat", body, headers);
const said = (role: string, text: string) => ({ id: "m", role, parts: [{ type: "text", text }] });

describe("useChat", () => {
  it("is streamed the answer with its sources, its cache verdict and its cost", async () => {
    const chat = newChat();
    await chat.sendMessage({ text: "When are refunds paid?" });
    expect([chat.status, chat.error]).toEqual(["ready", undefined]);
    expect(chat.text).toBe("Within 30 days. [1]");
    expect(chat.lastMessage?.id).toMatch(/^msg_/);
    expect(chat.metadata).toMatchObject({
      conversation_id: chat.id,
      cache: { status: "miss" },
      saved: { total_tokens: 0 },
      usage: { total_tokens: 976 },
    });
    expect(Number(chat.metadata?.cost.total)).toBeGreaterThan(0);
    const sources = chat.lastMessage?.parts.filter(({ type }) => type === "source-document");
    expect(sources).toMatchObject([
      { title: "Help", providerMetadata: { reprise: { number: 1, document_id: "help" } } },
    ]);

    const again = newChat();
    await again.sendMessage({ text: "When are refunds paid?" });
    expect(again.text).toBe(chat.text);
    expect(again.metadata).toMatchObject({
      cache: { status: "hit", tier: "exact" },
      saved: { total_tokens: 976 },
    });
    expect(again.lastMessage?.parts.map(({ type }) => type)).toEqual(
      chat.lastMessage?.parts.map(({ type }) => type),
    );
  });

  it("keeps its conversation here, under the id of the chat", async () => {
    const chat = newChat();
    await chat.sendMessage({ text: "My parcel is number 42." });
    desk.script = { text: "On Monday." };
    await chat.sendMessage({ text: "When is it sent?" });
    expect(desk.lastPrompt()).toContain("My parcel is number 42.");
    const { json } = await desk.server.call("GET", `/v1/conversations/${chat.id}`);
    expect(json.window.map(({ content }: any) => content)).toEqual(chat.messages.map(textOf));
    expect(json.transcript).toHaveLength(4);
    expect(json.transcript[3].id).toBe(chat.lastMessage?.id);
  });

  it("generates an answer anew past the cache, without the one before in the prompt", async () => {
    const chat = newChat();
    await chat.sendMessage({ text: "When are refunds paid?" });
    const calls = desk.model.calls.length;
    desk.script = { text: "Thirty days after purchase. [1]", usage: USAGE };
    await chat.regenerate();
    expect(desk.model.calls).toHaveLength(calls + 1);
    expect(chat.messages).toHaveLength(2);
    expect(chat.text).toBe(desk.script.text);
    expect(chat.metadata?.cache.status).toBe("refresh");
    expect(desk.lastPrompt()).not.toContain("Within 30 days. [1]");
    const { json } = await desk.server.call("GET", `/v1/conversations/${chat.id}`);
    expect(json.window.map(({ content }: any) => content)).toEqual(chat.messages.map(textOf));
    expect(json.transcript).toHaveLength(4);
  });

  it("answers an edited message without what followed it", async () => {
    const chat = newChat();
    desk.script = { text: "Noted." };
    await chat.sendMessage({ text: "My name is Tangerine." });
    await chat.sendMessage({ text: "What is my name?" });
    const { id } = chat.messages[0] ?? {};
    expect(id).toBeDefined();
    await chat.sendMessage({ text: "What is my name?", messageId: id ?? "" });
    expect(desk.lastPrompt()).not.toContain("Tangerine");
    expect(chat.messages).toHaveLength(2);
  });

  it("shows what the model thought as reasoning, apart from the text", async () => {
    desk.script = { text: "<think>\nRefunds, hm.\n</think>\n\nThey are paid.", usage: USAGE };
    const chat = newChat();
    await chat.sendMessage({ text: "What is thought about?" });
    const parts = chat.lastMessage?.parts ?? [];
    expect(parts).toMatchObject([
      { type: "step-start" },
      { type: "reasoning", state: "done" },
      { type: "text", text: "They are paid.", state: "done" },
    ]);
    expect(JSON.stringify(parts[1])).toContain("Refunds, hm.");
  });

  it("is told of a model that fails at once, or in mid-answer, and may ask again", async () => {
    const chat = newChat();
    desk.script = { text: "x", error: new Error("secret") };
    await chat.sendMessage({ text: "What fails?" });
    expect(chat.status).toBe("error");
    expect(chat.error?.message).toMatch(/model/);
    expect(chat.error?.message).not.toContain("secret");
    desk.script = { text: "a b c", error: new Error("secret"), failAfterWords: 2 };
    await chat.regenerate();
    expect([chat.status, chat.text]).toEqual(["error", "a b "]);
    desk.script = { text: "Whole." };
    await chat.regenerate();
    expect([chat.status, chat.text]).toEqual(["ready", "Whole."]);
  });

  it("passes extra fields of its body on", async () => {
    const body = { cache: { mode: "bypass" }, documents: ["help"], user_id: "ann" };
    const chat = newChat({ transport: uiTransport(desk.server.url, { body }) });
    await chat.sendMessage({ text: "When are refunds paid?" });
    expect(chat.metadata?.cache.status).toBe("bypass");
    const wrong = newChat({
      transport: uiTransport(desk.server.url, { body: { documents: ["gone"] } }),
    });
    await wrong.sendMessage({ text: "When are refunds paid?" });
    expect(wrong.error?.message).toContain("documents[0]");
  });
});

describe("a chat whose client sends the last message alone", () => {
  const lastAlone = () =>
    uiTransport(desk.server.url, {
      prepareSendMessagesRequest: ({ id, messages, trigger, messageId }) => ({
        body: { id, messages: messages.slice(-1), trigger, messageId },
      }),
    });

  it("has its history here", async () => {
    const chat = newChat({ transport: lastAlone() });
    desk.script = { text: "Noted." };
    await chat.sendMessage({ text: "My name is Tangerine." });
    await chat.sendMessage({ text: "What is my name?" });
    expect(desk.lastPrompt()).toContain("Tangerine");
  });

  it("generates anew from what was said before, and not from the answer that it replaces", async () => {
    const chat = newChat({ transport: lastAlone() });
    desk.script = { text: "Noted." };
    await chat.sendMessage({ text: "My name is Tangerine." });
    desk.script = { text: "Banana." };
    await chat.sendMessage({ text: "What is my name?" });
    desk.script = { text: "Tangerine." };
    await chat.regenerate();
    expect(desk.lastPrompt()).toContain("My name is Tangerine.");
    expect(desk.lastPrompt()).not.toContain("Banana.");
  });
});

describe("an answer under way", () => {
  /** An answer that waits after its first word. */
  function held(text = "One two three.") {
    const gate = defer<undefined>();
    desk.script = { text, beforeWord: async (place) => void (place > 0 && (await gate.promise)) };
    return () => gate.resolve(undefined);
  }

  it("is found again by the id of its chat, with the same parts", async () => {
    const release = held();
    const id = randomUUID();
    const first = post({ id, messages: [said("user", "What comes in words?")] });
    await expect
      .poll(async () => {
        const response = await fetch(`${desk.server.url}/v1/ui/chat/${id}/stream`);
        await response.body?.cancel();
        return response.status;
      })
      .toBe(200);
    const second = desk.server.call("GET", `/v1/ui/chat/${id}/stream`);
    const chat = newChat({ id, messages: [] });
    const resumed = chat.resumeStream();
    await expect.poll(() => chat.text).toBe("One");
    release();
    await resumed;
    expect([chat.text, chat.status]).toEqual(["One two three.", "ready"]);
    const [one, other] = await Promise.all([first, second]);
    expect(one.headers.get("x-vercel-ai-ui-message-stream")).toBe("v1");
    expect(one.text.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(other.text).toBe(one.text);
    expect(other.headers.get("x-vercel-ai-ui-message-stream")).toBe("v1");
    expect((await desk.server.call("GET", `/v1/ui/chat/${id}/stream`)).status).toBe(204);
  });

  it("ends and is remembered though its client has gone", async () => {
    const release = held();
    const chat = newChat();
    const asking = chat.sendMessage({ text: "What is left alone?" });
    await expect.poll(() => chat.text).toBe("One");
    await chat.stop();
    await asking;
    release();
    const path = `/v1/conversations/${chat.id}`;
    await expect
      .poll(async () => (await desk.server.call("GET", path)).json.window?.[1]?.content)
      .toBe("One two three.");
  });

  it("is stopped by the id of its message, and its chat is told", async () => {
    const stopped = defer<unknown>();
    desk.script = {
      text: "One two three.",
      onSignal: (signal) => signal?.addEventListener("abort", () => stopped.resolve(undefined)),
      beforeWord: async (place) => void (place > 0 && (await stopped.promise)),
    };
    const chat = newChat();
    const asking = chat.sendMessage({ text: "What is stopped?" });
    await expect.poll(() => chat.text).toBe("One");
    const { json } = await desk.server.call("POST", `/v1/messages/${chat.lastMessage?.id}/stop`);
    expect(json.stopped).toBe(true);
    await asking;
    expect([chat.status, chat.text.trim()]).toEqual(["ready", "One"]);
    const { window } = (await desk.server.call("GET", `/v1/conversations/${chat.id}`)).json;
    expect(window[1].content.trim()).toBe("One");
  });

  it("opens its stream before the model has said a word", async () => {
    const gate = defer<undefined>();
    desk.script = { text: "Late.", beforeWord: () => gate.promise };
    const body = JSON.stringify({ messages: [said("user", "What takes a while?")] });
    const response = await fetch(`${desk.server.url}/v1/ui/chat`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    expect(response.headers.get("x-cache")).toBe("MISS");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toMatch(/^data: {"type":"start","messageId":"msg_/);
    gate.resolve(undefined);
    let rest = "";
    for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) {
      rest += next.value;
    }
    expect(rest).toContain("Late.");
  });
});
