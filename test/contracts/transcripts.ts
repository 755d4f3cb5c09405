import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Transcripts, TurnStore } from "../../src/transcripts/types.ts";
import type { LedgerEntry } from "../../src/usage/types.ts";
import { makeTurn, NOON } from "../support/make-turn.ts";

const HOSTILE = `日本語 🙂\n"q" 'single' \\ % _ '; drop table messages; --`;

/** What transcripts promise, together with the store of turns that fills them. */
export function describeTranscripts(
  name: string,
  open: () => Promise<{ turns: TurnStore; transcripts: Transcripts }>,
): void {
  async function begin() {
    const { turns, transcripts } = await open();
    const tenant = `tenant-${randomUUID()}`;
    let minutes = 0;
    /** Each turn a minute after the last. */
    const say = async (
      conversationId: string,
      question: string,
      parts: Partial<LedgerEntry> = {},
    ) => {
      minutes += 1;
      const turn = makeTurn(question, {
        tenant,
        conversationId,
        createdAt: NOON + minutes * 60_000,
        ...parts,
      });
      await turns.record([turn]);
      return turn;
    };
    const contents = async (conversationId: string) =>
      (await transcripts.read({ tenant, conversationId })).map(({ content }) => content);
    const ids = async (parts: Partial<Parameters<Transcripts["list"]>[0]> = {}) =>
      (await transcripts.list({ tenant, limit: 50, ...parts })).rows.map(({ id }) => id);
    return { turns, transcripts, tenant, say, contents, ids };
  }

  describe(`transcripts: ${name}`, () => {
    it("keep messages in order, with the details of answers", async () => {
      const { transcripts, tenant, say } = await begin();
      const first = await say("c1", HOSTILE);
      const second = await say("c1", "two", { status: "hit", tier: "exact" });
      const messages = await transcripts.read({ tenant, conversationId: "c1" });
      expect(messages.map(({ role, content }) => [role, content])).toEqual([
        ["user", HOSTILE],
        ["assistant", `Answer to: ${HOSTILE}`],
        ["user", "two"],
        ["assistant", "Answer to: two"],
      ]);
      expect(messages[1]).toMatchObject({ id: first.entry.id, createdAt: first.entry.createdAt });
      expect(messages[3]).toEqual({
        id: second.entry.id,
        role: "assistant",
        content: "Answer to: two",
        createdAt: second.entry.createdAt,
        details: {
          model: "gpt-4o-mini",
          status: "hit",
          tier: "exact",
          finishReason: "stop",
          citations: [],
        },
      });
      expect(messages[0]?.details).toBeNull();
      expect(new Set(messages.map(({ id }) => id)).size).toBe(4);
    });

    it("keep a turn once, however often it is written", async () => {
      const { turns, tenant, contents } = await begin();
      const one = makeTurn("one", { tenant, conversationId: "c1" });
      const two = makeTurn("two", { tenant, conversationId: "c1", createdAt: NOON + 1 });
      await turns.record([one]);
      await turns.record([one, two]);
      await turns.record([two, one, two]);
      await turns.record([]);
      expect(await contents("c1")).toEqual(["one", "Answer to: one", "two", "Answer to: two"]);
    });

    it("order late turns, and never separate a question from its answer", async () => {
      const { turns, tenant, contents } = await begin();
      const base = { tenant, conversationId: "c1" };
      await turns.record([makeTurn("late", { ...base, createdAt: NOON + 50 })]);
      const together = ["a", "b"].map((text) => makeTurn(text, { ...base, createdAt: NOON }));
      await turns.record(together);
      const all = await contents("c1");
      expect(all.slice(4)).toEqual(["late", "Answer to: late"]);
      for (const place of [0, 2]) expect(all[place + 1]).toBe(`Answer to: ${all[place]}`);
    });

    it("accept text that databases reject", async () => {
      const { transcripts, tenant, say, contents } = await begin();
      await say("c1", "nul \0 and half \ud83d");
      expect(await contents("c1")).toEqual([
        "nul \ufffd and half \ufffd",
        "Answer to: nul \ufffd and half \ufffd",
      ]);
      expect((await transcripts.find({ tenant, conversationId: "c1" }))?.title).toContain("nul");
    });

    it("keep many concurrent turns", async () => {
      const { turns, transcripts, tenant, ids } = await begin();
      const many = Array.from({ length: 450 }, (_value, index) =>
        makeTurn(`q ${index}`, {
          tenant,
          conversationId: `c${index % 3}`,
          createdAt: NOON + index,
        }),
      );
      await turns.record(many);
      expect(await ids()).toEqual(["c2", "c1", "c0"]);
      const messages = await transcripts.read({ tenant, conversationId: "c1" });
      expect(messages).toHaveLength(300);
      expect(messages[298]?.content).toBe("q 448");
    });

    it("list conversations newest first, in pages, each once", async () => {
      const { transcripts, tenant, say } = await begin();
      for (const id of ["a", "b", "c", "d", "e", "a"]) await say(id, `question of ${id}`);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await transcripts.list({ tenant, limit: 2, cursor });
        seen.push(...page.rows.map(({ id }) => id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(seen).toEqual(["a", "e", "d", "c", "b"]);
      const { rows } = await transcripts.list({ tenant, limit: 1 });
      expect(rows).toEqual([
        {
          id: "a",
          userId: null,
          title: "question of a",
          forkedFrom: null,
          messages: 4,
          createdAt: NOON + 60_000 - 600,
          updatedAt: NOON + 6 * 60_000,
        },
      ]);
    });

    it("list conversations of equal time in a stable order", async () => {
      const { turns, transcripts, tenant } = await begin();
      const all = ["a", "b", "c", "d"].map((id) => makeTurn(id, { tenant, conversationId: id }));
      await turns.record(all);
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await transcripts.list({ tenant, limit: 1, cursor });
        seen.push(...page.rows.map(({ id }) => id));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      expect(seen).toEqual(["d", "c", "b", "a"]);
    });

    it("reject an invalid cursor", async () => {
      const { transcripts, tenant } = await begin();
      for (const cursor of [
        "",
        "*",
        "W10",
        "bm8",
        Buffer.from('["1","a"]').toString("base64url"),
      ]) {
        await expect(transcripts.list({ tenant, limit: 2, cursor })).rejects.toMatchObject({
          code: "invalid_request",
          details: [{ param: "cursor" }],
        });
      }
    });

    it("find literal words in any case, without wildcards", async () => {
      const { say, ids } = await begin();
      await say("c1", "Is 100% of it REFUNDED?");
      await say("c2", "Is 100 of it refunded?");
      await say("c3", "snake_case and back\\slash");
      await say("c4", "snakeXcase");
      expect(await ids({ query: "refunded" })).toEqual(["c2", "c1"]);
      expect(await ids({ query: "100% of" })).toEqual(["c1"]);
      expect(await ids({ query: "snake_case" })).toEqual(["c3"]);
      expect(await ids({ query: "back\\slash" })).toEqual(["c3"]);
      expect(await ids({ query: "answer to: snake" })).toEqual(["c4", "c3"]);
      expect(await ids({ query: "nothing" })).toEqual([]);
      expect(await ids({ query: "'; --" })).toEqual([]);
    });

    it("find words of other alphabets in any case", async () => {
      const { say, ids } = await begin();
      await say("c1", "Die ÖFFNUNGSZEITEN über Ostern");
      await say("c2", "ПАРОЛЬ забыт");
      expect(await ids({ query: "öffnungszeiten ÜBER" })).toEqual(["c1"]);
      expect(await ids({ query: "Öffnungszeiten" })).toEqual(["c1"]);
      expect(await ids({ query: "пароль ЗАБЫТ" })).toEqual(["c2"]);
      expect(await ids({ query: "offnungszeiten" })).toEqual([]);
    });

    it("list the conversations of a user", async () => {
      const { say, ids } = await begin();
      await say("c1", "one", { userId: "ann" });
      await say("c2", "two", { userId: "bob" });
      await say("c3", "three");
      expect(await ids({ userId: "ann" })).toEqual(["c1"]);
    });

    it("list a conversation for each user who asked in it, until it is erased", async () => {
      const { transcripts, tenant, say, ids } = await begin();
      await say("c1", "one");
      await say("c1", "two", { userId: "ann" });
      await say("c1", "three", { userId: "bob" });
      await say("c1", "four", { userId: "bob" });
      let made = 0;
      const fork = { tenant, conversationId: "c1", newConversationId: "c2", now: NOON + 3_600_000 };
      await transcripts.fork({
        ...fork,
        newId: () => `msg_fork_${(made += 1)}`,
        upToMessageId: undefined,
      });
      expect(await ids({ userId: "ann" })).toEqual(["c2", "c1"]);
      expect(await ids({ userId: "bob" })).toEqual(["c2", "c1"]);
      await transcripts.erase({ tenant, conversationId: "c1", now: NOON + 3_600_000 });
      expect(await ids({ userId: "bob" })).toEqual(["c2"]);
    });

    it("fork a conversation, whole or up to a message, without changing it", async () => {
      const { transcripts, tenant, say, contents } = await begin();
      await say("c1", "one", { userId: "ann" });
      const second = await say("c1", "two");
      await say("c1", "three");
      let made = 0;
      const fork = (newConversationId: string, upToMessageId?: string) =>
        transcripts.fork({
          tenant,
          conversationId: "c1",
          newConversationId,
          upToMessageId,
          newId: () => `msg_fork_${(made += 1)}`,
          now: NOON + 3_600_000,
        });
      expect(await fork("c2")).toMatchObject({ id: "c2", messages: 6, forkedFrom: "c1" });
      expect(await fork("c3", second.entry.id)).toMatchObject({ messages: 4, userId: "ann" });
      expect(await contents("c2")).toEqual(await contents("c1"));
      await say("c3", "four");
      expect(await contents("c3")).toEqual([
        "one",
        "Answer to: one",
        "two",
        "Answer to: two",
        "four",
        "Answer to: four",
      ]);
      expect(await contents("c1")).toHaveLength(6);
      const all = [...(await contents("c1")), ...(await contents("c2"))];
      expect(all).toHaveLength(12);
      expect(await fork("c4", "msg_unknown")).toBeUndefined();
      const none = { tenant, newConversationId: "c5", newId: () => "m", now: NOON };
      expect(await transcripts.fork({ ...none, conversationId: "unknown" })).toBeUndefined();
      expect(await transcripts.find({ tenant, conversationId: "c4" })).toBeUndefined();
    });

    it("erase a conversation with its pending turns, and accept later ones", async () => {
      const { turns, transcripts, tenant, say, contents, ids } = await begin();
      const key = { tenant, conversationId: "c1" };
      const said = await say("c1", "secret", { userId: "ann" });
      await say("c2", "other");
      const underWay = makeTurn("secret too", { ...key, createdAt: said.entry.createdAt + 1 });
      expect(await transcripts.erase({ ...key, now: said.entry.createdAt + 2 })).toBe(true);
      expect(await transcripts.erase({ ...key, now: said.entry.createdAt + 2 })).toBe(false);
      await turns.record([underWay, said]);
      expect(await contents("c1")).toEqual([]);
      expect(await transcripts.find(key)).toBeUndefined();
      expect(await ids()).toEqual(["c2"]);
      await say("c1", "again", { createdAt: said.entry.createdAt + 60_000 });
      await turns.record([underWay]);
      expect(await contents("c1")).toEqual(["again", "Answer to: again"]);
      expect(await transcripts.find(key)).toMatchObject({ title: "again", userId: null });
    });

    it("erase turns that arrive later", async () => {
      const { turns, transcripts, tenant, contents } = await begin();
      const key = { tenant, conversationId: "c1" };
      expect(await transcripts.erase({ ...key, now: NOON })).toBe(false);
      await turns.record([makeTurn("late", { ...key, createdAt: NOON - 1 })]);
      const running = { ...key, createdAt: NOON + 500 };
      await turns.record([makeTurn("still running", running, { askedAt: NOON - 100 })]);
      expect(await contents("c1")).toEqual([]);
    });

    it("separate tenants", async () => {
      const { turns, transcripts, tenant, say, contents } = await begin();
      await say("c1", "mine");
      const other = `tenant-${randomUUID()}`;
      await turns.record([makeTurn("theirs", { tenant: other, conversationId: "c1" })]);
      expect(await contents("c1")).toEqual(["mine", "Answer to: mine"]);
      await transcripts.erase({ tenant: other, conversationId: "c1", now: NOON + 1 });
      expect(await contents("c1")).toHaveLength(2);
      expect((await transcripts.list({ tenant: other, limit: 9 })).rows).toEqual([]);
      expect(await transcripts.find({ tenant, conversationId: "c1" })).toBeDefined();
    });

    it("accept concurrent writers, each turn whole and once", async () => {
      const { turns, transcripts, tenant } = await begin();
      const all = Array.from({ length: 40 }, (_value, index) =>
        makeTurn(`q ${index}`, { tenant, conversationId: `c${index % 4}` }),
      );
      await Promise.all(
        Array.from({ length: 8 }, async (_value, writer) => {
          let left = all.filter((_turn, index) => index % 8 === writer || index % 5 === 0);
          while (left.length > 0) left = (await turns.record(left)).map(({ turn }) => turn);
        }),
      );
      for (const id of ["c0", "c1", "c2", "c3"]) {
        expect(await transcripts.read({ tenant, conversationId: id })).toHaveLength(20);
      }
    });
  });
}
