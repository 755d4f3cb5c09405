import { describe, expect, it } from "vitest";
import { RefundDesk } from "../support/refund-desk.ts";

const desk = new RefundDesk();
let chats = 0;

const user = (content: string) => ({ role: "user", content });
const ask = (messages: readonly object[], headers: Record<string, string>, more: object = {}) =>
  desk.server.call("POST", "/v1/chat/completions", { messages, ...more }, headers);
const verdict = async (...asked: Parameters<typeof ask>) =>
  (await ask(...asked)).headers.get("x-cache");
const inChat = (chat: string, message?: string) => ({
  "x-openwebui-chat-id": chat,
  ...(message !== undefined && { "x-openwebui-message-id": message }),
});
/** Another question and another chat each time. */
const next = () => {
  chats += 1;
  return { asked: [user(`When are refunds paid for order ${chats}?`)], chat: `chat-${chats}` };
};

describe("a request of Open WebUI that was answered in its chat before", () => {
  it("asks for another answer, which replaces the cached one", async () => {
    const { asked, chat } = next();
    expect(await verdict(asked, inChat("another", "0"))).toBe("MISS");
    expect(await verdict(asked, inChat(chat, "1"))).toBe("HIT");
    desk.script = { text: "Within a month. [1]" };
    expect(await verdict(asked, inChat(chat, "2"))).toBe("REFRESH");
    const { json, headers } = await ask(asked, {});
    expect([headers.get("x-cache"), json.choices[0].message.content]).toEqual([
      "HIT",
      "Within a month. [1]",
    ]);
  });

  it("is known whole or streamed, without a message's id, and with other instructions", async () => {
    const { asked, chat } = next();
    const later = (time: string) => [{ role: "system", content: `It is ${time}.` }, ...asked];
    await ask(later("one"), inChat(chat), { stream: true });
    const again = await ask(later("two"), inChat(chat), { stream: true });
    expect(again.text).toContain('"status":"refresh"');
    expect(await verdict(later("three"), inChat(chat))).toBe("REFRESH");
  });

  it("is the same request where it is of the same message", async () => {
    const { asked, chat } = next();
    expect(await verdict(asked, inChat(chat, "1"))).toBe("MISS");
    expect(await verdict(asked, inChat(chat, "1"))).toBe("HIT");
  });

  it("is served what it asks of the cache itself", async () => {
    const { asked, chat } = next();
    await ask(asked, inChat(chat, "1"));
    expect(await verdict(asked, { ...inChat(chat, "2"), "cache-control": "no-store" })).toBe(
      "BYPASS",
    );
    expect(await verdict(asked, inChat(chat, "3"), { cache: { mode: "bypass" } })).toBe("BYPASS");
  });

  it.each([
    ["in another chat", (chat: string) => inChat(`${chat}-other`, "2")],
    ["in a temporary chat", () => inChat("local:abc", "2")],
    ["without a chat", () => ({})],
  ])("%s is another request", async (_name, headers) => {
    const { asked, chat } = next();
    await ask(asked, inChat(chat, "1"));
    await ask(asked, headers(`${chat}-x`));
    expect(await verdict(asked, headers(chat))).toBe("HIT");
  });

  it("and failed is not answered", async () => {
    const { asked, chat } = next();
    desk.script = { text: "", error: new Error("broken") };
    expect((await ask(asked, inChat(chat, "1"))).status).toBe(502);
    desk.script = { text: "Within 30 days. [1]" };
    expect(await verdict(asked, inChat(chat, "2"))).toBe("MISS");
  });
});
