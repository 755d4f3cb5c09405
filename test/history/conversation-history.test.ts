import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { expect, it } from "vitest";
import { ConversationHistory } from "../../src/history/conversation-history.ts";
import { createMemoryHistory } from "../../src/history/context-window.ts";
import { createFakeClock } from "../support/fake-clock.ts";

function open() {
  const limits = { maxMessages: 4, ttlSeconds: 60 };
  const history = createMemoryHistory({ limits, now: createFakeClock().now });
  const key = { tenant: "acme", conversationId: "c1" };
  return { history, key, langchain: new ConversationHistory(history, key) };
}

it("returns the window as LangChain messages", async () => {
  const { history, key, langchain } = open();
  await history.append(key, [
    { role: "system", content: "s" },
    { role: "user", content: "u" },
    { role: "assistant", content: "a" },
  ]);
  const messages = await langchain.getMessages();
  expect(messages.map((message) => [message.getType(), message.content])).toEqual([
    ["system", "s"],
    ["human", "u"],
    ["ai", "a"],
  ]);
});

it("accepts LangChain messages, keeps only texts, and trims", async () => {
  const { history, key, langchain } = open();
  await langchain.addUserMessage("first");
  await langchain.addMessages([
    new SystemMessage("s"),
    new HumanMessage({ content: [{ type: "text", text: "u" }] }),
    new ToolMessage({ content: "left out", tool_call_id: "1" }),
    new AIMessage("a"),
    new HumanMessage("last"),
  ]);
  expect(await history.read(key)).toEqual([
    { role: "system", content: "s" },
    { role: "user", content: "u" },
    { role: "assistant", content: "a" },
    { role: "user", content: "last" },
  ]);
});

it("clears the window", async () => {
  const { history, key, langchain } = open();
  await langchain.addAIMessage("a");
  await langchain.clear();
  expect(await history.read(key)).toEqual([]);
});
