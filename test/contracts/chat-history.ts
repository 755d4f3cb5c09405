import { randomUUID } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ChatHistory, ChatMessage, HistoryLimits } from "../../src/history/types.ts";
import type { TestTime } from "../support/fake-clock.ts";

type Open = (options: {
  limits: HistoryLimits;
}) => Promise<{ history: ChatHistory; time: TestTime }>;

const user = (content: string): ChatMessage => ({ role: "user", content });
const assistant = (content: string): ChatMessage => ({ role: "assistant", content });
const turnOf = (name: string) => [user(`question ${name}`), assistant(`answer ${name}`)];
const randomKey = () => ({ tenant: `tenant-${randomUUID()}`, conversationId: randomUUID() });

/** What every chat history promises. `open` gives a fresh one; keys are random, so runs never meet. */
export function describeChatHistory(name: string, open: Open): void {
  async function begin(limits: Partial<HistoryLimits> = {}) {
    const opened = await open({ limits: { maxMessages: 20, ttlSeconds: 86_400, ...limits } });
    onTestFinished(() => opened.history.close());
    return opened;
  }

  describe(`chat history: ${name}`, () => {
    it("is empty for an unknown conversation", async () => {
      const { history } = await begin();
      expect(await history.read(randomKey())).toEqual([]);
    });

    it("returns messages oldest first", async () => {
      const { history } = await begin();
      const key = randomKey();
      await history.append(key, turnOf("one"));
      await history.append(key, turnOf("two"));
      expect(await history.read(key)).toEqual([...turnOf("one"), ...turnOf("two")]);
    });

    it("keeps any text unchanged", async () => {
      const { history } = await begin();
      const key = randomKey();
      const texts = ["日本語 🙂\n\r\n\t", `"'{}[]:|*\\`, "\0", "e\u0301", ""];
      const turn = texts.map((text) => user(text));
      await history.append(key, turn);
      expect(await history.read(key)).toEqual(turn);
    });

    it("keeps only the latest messages", async () => {
      const { history } = await begin({ maxMessages: 4 });
      const key = randomKey();
      for (const name of ["one", "two", "three"]) await history.append(key, turnOf(name));
      expect(await history.read(key)).toEqual([...turnOf("two"), ...turnOf("three")]);
      await history.append(key, ["a", "b", "c", "d", "e"].map(user));
      expect(await history.read(key)).toEqual(["b", "c", "d", "e"].map(user));
    });

    it("is not changed by an empty turn, or by mutating its input", async () => {
      const { history } = await begin();
      const key = randomKey();
      const turn = turnOf("one");
      await history.append(key, turn);
      await history.append(key, []);
      turn.push(user("more"));
      expect(await history.read(key)).toEqual(turnOf("one"));
    });

    it("keeps question and answer together for 50 concurrent turns", async () => {
      const { history } = await begin({ maxMessages: 100 });
      const key = randomKey();
      const names = Array.from({ length: 50 }, (_, index) => String(index));
      await Promise.all(names.map((name) => history.append(key, turnOf(name))));
      const window = await history.read(key);
      const asked = window.filter(({ role }) => role === "user").map(({ content }) => content);
      const pairs = asked.flatMap((content) => turnOf(content.replace("question ", "")));
      expect(window).toEqual(pairs);
      expect(new Set(asked).size).toBe(50);
    });

    it("separates conversations and tenants, whatever their names", async () => {
      const { history } = await begin();
      const [first, second] = [randomUUID(), randomUUID()];
      const keys = [
        { tenant: first, conversationId: second },
        { tenant: second, conversationId: first },
        { tenant: `${first}:${second}`, conversationId: "x" },
        { tenant: first, conversationId: `${second}:x` },
        { tenant: `${first}*`, conversationId: second },
        { tenant: `{${first}}`, conversationId: `${second}|"'\n` },
      ];
      for (const [index, key] of keys.entries()) await history.append(key, turnOf(String(index)));
      for (const [index, key] of keys.entries()) {
        expect(await history.read(key)).toEqual(turnOf(String(index)));
      }
    });

    it("removes a conversation, and reports whether there was one", async () => {
      const { history } = await begin();
      const [key, other] = [randomKey(), randomKey()];
      await history.append(key, turnOf("one"));
      await history.append(other, turnOf("two"));
      expect(await history.remove(key)).toBe(true);
      expect(await history.remove(key)).toBe(false);
      expect(await history.read(key)).toEqual([]);
      expect(await history.read(other)).toEqual(turnOf("two"));
    });

    it("drops a turn asked before its window was removed", async () => {
      const { history, time } = await begin();
      const [key, other] = [randomKey(), randomKey()];
      const before = time.now();
      await time.advance(10);
      await history.append(key, turnOf("one"), { askedAt: before });
      expect(await history.wasRemoved(key, before)).toBe(false);
      await history.remove(key);
      expect(await history.wasRemoved(key, before)).toBe(true);
      expect(await history.wasRemoved(other, before)).toBe(false);
      await history.append(key, turnOf("late"), { askedAt: before });
      await history.append(other, turnOf("other"), { askedAt: before });
      expect(await history.read(key)).toEqual([]);
      expect(history.recall(key)).toEqual([]);
      await time.advance(10);
      const after = time.now();
      expect(await history.wasRemoved(key, after)).toBe(false);
      await history.append(key, turnOf("after"), { askedAt: after });
      expect(await history.read(key)).toEqual(turnOf("after"));
      expect(await history.read(other)).toEqual(turnOf("other"));
    });

    it("keeps only the last answer to a repeated question", async () => {
      const { history } = await begin();
      const key = randomKey();
      const [asked] = turnOf("one");
      const answered = (text: string) => [...(asked === undefined ? [] : [asked]), assistant(text)];
      await history.append(key, answered("first"), { again: true });
      await history.append(key, answered("second"), { again: true });
      expect(await history.read(key)).toEqual(answered("second"));
      await history.append(key, turnOf("two"));
      await history.append(key, turnOf("three"), { again: true });
      const whole = [...answered("second"), ...turnOf("two"), ...turnOf("three")];
      expect(await history.read(key)).toEqual(whole);
      // What followed the earlier answer is no part of the conversation any more.
      await history.append(key, answered("third"), { again: true });
      expect(await history.read(key)).toEqual(answered("third"));
      expect(history.recall(key)).toEqual(answered("third"));
      // The same question, asked by a person who wants it so, is another turn.
      await history.append(key, answered("fourth"));
      expect(await history.read(key)).toHaveLength(4);
    });

    it("renews the TTL on each write", async () => {
      const { history, time } = await begin({ ttlSeconds: 2 });
      const key = randomKey();
      await history.append(key, turnOf("one"));
      await time.advance(1200);
      await history.append(key, turnOf("two"));
      await time.advance(1200);
      expect(await history.read(key)).toHaveLength(4);
      await time.advance(2200);
      expect(await history.read(key)).toEqual([]);
      expect(await history.remove(key)).toBe(false);
    });

    it("does not renew the TTL on a read", async () => {
      const { history, time } = await begin({ ttlSeconds: 2 });
      const key = randomKey();
      await history.append(key, turnOf("one"));
      await time.advance(1200);
      expect(await history.read(key)).toHaveLength(2);
      await time.advance(1200);
      expect(await history.read(key)).toEqual([]);
      await history.append(key, turnOf("two"));
      expect(await history.read(key)).toEqual(turnOf("two"));
    });

    it("behaves like a plain list", async () => {
      const { history, time } = await begin({ maxMessages: 5 });
      const message = fc.record({
        role: fc.constantFrom<ChatMessage["role"]>("user", "assistant", "system"),
        content: fc.string({ unit: "binary" }),
      });
      const step = fc.oneof(
        { weight: 5, arbitrary: fc.array(message, { maxLength: 7 }) },
        { weight: 1, arbitrary: fc.constant("remove" as const) },
      );
      const obeys = fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
        const key = randomKey();
        let model: ChatMessage[] = [];
        for (const turn of steps) {
          if (turn === "remove") {
            expect(await history.remove(key)).toBe(model.length > 0);
            model = [];
          } else {
            await history.append(key, turn);
            model = [...model, ...turn].slice(-5);
          }
          expect(await history.read(key)).toEqual(model);
        }
      });
      await fc.assert(obeys, { numRuns: time.realTime ? 20 : 100 });
    });
  });
}
