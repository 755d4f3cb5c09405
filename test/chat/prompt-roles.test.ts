import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitRoles } from "../../src/chat/prompt-roles.ts";

const user = (text: string) => new HumanMessage(text);
const model = (text: string) => new AIMessage(text);
const system = (text: string) => new SystemMessage(text);
const said = (messages: Parameters<typeof fitRoles>[0]) =>
  fitRoles(messages).map((message) => `${message.getType()}: ${message.text}`);

describe("the roles of a prompt", () => {
  it("take turns: neighbours are joined, empty messages are left out", () => {
    expect(said([system("Be brief."), user("One?"), model(""), user("Two?")])).toEqual([
      "system: Be brief.",
      "human: One?\n\nTwo?",
    ]);
    expect(said([user("One?"), model("A."), model(" "), model("B."), user("Two?")])).toEqual([
      "human: One?",
      "ai: A.\n\nB.",
      "human: Two?",
    ]);
  });

  it("have the instructions first, in one message", () => {
    expect(said([system("A"), user("One?"), system("B"), model("Yes."), user("Two?")])).toEqual([
      "system: A\n\nB",
      "human: One?",
      "ai: Yes.",
      "human: Two?",
    ]);
  });

  it("keep calls of tools and their results as they are", () => {
    const call = new AIMessage({ content: "", tool_calls: [{ id: "1", name: "look", args: {} }] });
    const result = new ToolMessage({ content: "", tool_call_id: "1" });
    expect(fitRoles([user("One?"), call, result, user("Two?")])).toHaveLength(4);
  });

  it("join images and texts part by part", () => {
    const image = { type: "image_url", image_url: { url: "data:," } };
    const [joined] = fitRoles([user("One?"), new HumanMessage({ content: [image] })]);
    expect(joined?.content).toEqual([{ type: "text", text: "One?" }, image]);
  });

  it("never repeat and lose no word, whatever came", () => {
    const message = fc
      .tuple(fc.constantFrom(user, model, system), fc.constantFrom("", " ", "a", "b"))
      .map(([make, text]) => make(text));
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), (messages) => {
        const fitted = fitRoles(messages);
        const roles = fitted.map((one) => one.getType());
        expect(roles.every((role, index) => role !== roles[index - 1])).toBe(true);
        expect(roles.lastIndexOf("system")).toBeLessThan(1);
        const letters = (all: Parameters<typeof fitRoles>[0]) =>
          all.flatMap((one) => one.text.match(/[ab]/g) ?? []).toSorted();
        expect(letters(fitted)).toEqual(letters(messages));
      }),
    );
  });
});
