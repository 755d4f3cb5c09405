import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { promptWindow, trimWindow } from "../../src/history/context-window.ts";
import type { ChatMessage } from "../../src/history/types.ts";

const message = fc.record({
  role: fc.constantFrom<ChatMessage["role"]>("user", "assistant", "system"),
  content: fc.string(),
});

describe("the context window", () => {
  it("holds the latest messages, up to its limit", () => {
    fc.assert(
      fc.property(fc.array(message), fc.nat(30), (messages, limit) => {
        const window = trimWindow(messages, limit);
        expect(window).toHaveLength(Math.min(limit, messages.length));
        expect([...messages.slice(0, messages.length - window.length), ...window]).toEqual(
          messages,
        );
      }),
    );
  });

  it("never starts a prompt with an answer whose question was trimmed", () => {
    fc.assert(
      fc.property(fc.array(message), (messages) => {
        const window = promptWindow(messages);
        expect(window.find(({ role }) => role !== "system")?.role).not.toBe("assistant");
        expect(promptWindow(window)).toEqual(window);
      }),
    );
  });

  it("keeps system messages and everything from the first question on", () => {
    const [system, orphan, question, answer]: ChatMessage[] = [
      { role: "system", content: "Be brief." },
      { role: "assistant", content: "Within 30 days." },
      { role: "user", content: "And abroad?" },
      { role: "assistant", content: "The same." },
    ];
    expect(promptWindow([system, orphan, question, answer].flatMap((part) => part ?? []))).toEqual([
      system,
      question,
      answer,
    ]);
  });
});
