import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBehindModelServer } from "../support/behind-model-server.ts";
import { ANSWER, whole } from "../support/model-server.ts";

let behind: Awaited<ReturnType<typeof startBehindModelServer>>;
beforeAll(async () => {
  behind = await startBehindModelServer({ CHAT_MODEL: "any" });
});
afterAll(() => behind.close());

const QUESTION = "When are refunds paid?";
const verdict = async (messages: readonly object[]) => {
  const reply = await behind.server.call("POST", "/v1/chat/completions", { messages });
  return reply.headers.get("x-cache");
};
const user = (content: unknown) => ({ role: "user", content });

/** How front ends put the text of a reader's own file around the question. */
const FORMS: readonly (readonly [string, (text: string) => string])[] = [
  [
    "sources before it",
    (text) =>
      `Use this context to answer.\n<context>\n<source id="1" name="notes.txt">${text}</source>\n</context>\n\n${QUESTION}`,
  ],
  ["a context without a word", (text) => `<context>\n${text}\n</context>\n\n${QUESTION}`],
  ["a context after it", (text) => `${QUESTION}\n\nContext:\n${text}`],
  [
    "passages with numbers",
    (text) => `Answer with the help of these.\n\n[1] ${text}\n\n<query>\n${QUESTION}\n</query>`,
  ],
  [
    "a list of attached files",
    (text) =>
      `<attached_files>\n<file type="file" id="${text.length}" name="notes.txt"/>\n</attached_files>\n\n${QUESTION}`,
  ],
];

describe("a question that a front end puts beside a file of its reader", () => {
  it.each(FORMS)(
    "never shares an answer with another file, or with none: %s",
    async (_name, of) => {
      await verdict([user(QUESTION)]);
      expect(await verdict([user(of("Refunds by card are paid within 30 days."))])).not.toMatch(
        /HIT/,
      );
      const other = "Refunds by invoice are settled in March, says the harbour office.";
      expect(await verdict([user(of(other))])).not.toMatch(/HIT/);
      expect(await verdict([user(QUESTION)])).toBe("HIT");
    },
  );
});

describe("what a front end does to an answer that is there", () => {
  const said = [user(QUESTION), { role: "assistant", content: ANSWER }];

  it.each(["More Concise", "Add Details", "Make it shorter.", "What?"])(
    "%s is no question for the same answer, though the model says that it is",
    async (wish) => {
      behind.model.behave({
        say: ({ messages: [system] }) =>
          whole(system.content.startsWith("Rewrite") ? QUESTION : ANSWER),
      });
      expect(await verdict([...said, user(wish)])).toBe("BYPASS");
      behind.model.behave({});
    },
  );

  it("going on with it is past the cache", async () => {
    expect(await verdict(said)).toBe("BYPASS");
  });

  it("asking again with the mode refresh replaces it", async () => {
    const body = { messages: [user(QUESTION)], cache: { mode: "refresh" } };
    const reply = await behind.server.call("POST", "/v1/chat/completions", body);
    expect(reply.headers.get("x-cache")).toBe("REFRESH");
  });
});
