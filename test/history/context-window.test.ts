import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { splitOpening, trimWindow } from "../../src/history/context-window.ts";
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

  it("never starts with an answer, and loses nothing that was said", () => {
    fc.assert(
      fc.property(fc.array(message), (messages) => {
        const { opening, said } = splitOpening(messages);
        expect(said.find(({ role }) => role !== "system")?.role).not.toBe("assistant");
        expect(splitOpening(said)).toEqual({ opening: [], said });
        const shown = [...opening, ...said.map(({ content }) => content)].filter(isText);
        const given = messages.map(({ content }) => content).filter(isText);
        expect(shown.toSorted()).toEqual(given.toSorted());
      }),
    );
  });

  const greeting: ChatMessage = { role: "assistant", content: "Ask me about the Team plan." };
  const system: ChatMessage = { role: "system", content: "Be brief." };
  const turn: ChatMessage[] = [
    { role: "user", content: "And abroad?" },
    { role: "assistant", content: "The same." },
  ];

  it("tells a greeting from the rest", () => {
    const opening = ["Ask me about the Team plan."];
    expect(splitOpening([system, greeting, ...turn])).toEqual({ opening, said: [system, ...turn] });
  });

  it("drops an answer whose question was trimmed", () => {
    expect(splitOpening([greeting, ...turn], 3)).toEqual({ opening: [], said: turn });
    expect(splitOpening([greeting, ...turn], 4).opening).toHaveLength(1);
  });
});

const isText = (text: string) => text.trim() !== "";
