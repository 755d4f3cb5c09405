import { describe, expect, it } from "vitest";
import type { Feedback, RatedAnswer, StoredFeedback } from "../../src/feedback/types.ts";
import { createSqlFeedback } from "../../src/records/sql-feedback.ts";
import { createSqlTranscripts } from "../../src/records/sql-transcripts.ts";
import { openTestDatabase, testDatabases } from "../support/databases.ts";

const SAID: Feedback & RatedAnswer = {
  tenant: "acme",
  messageId: "msg_1",
  rating: "down",
  comment: "Wrong: it's 14 days 🙂",
  createdAt: 1_764_000_000_000,
  conversationId: "c1",
  question: "How long is it?",
  entryId: "ans_1",
};
const RESOLUTION = { action: "keep", author: "ops", at: 1_764_000_000_005 } as const;

describe.each(testDatabases)("feedback: $name", (database) => {
  const open = async () => {
    const records = await openTestDatabase(database);
    return { records, store: createSqlFeedback(records) };
  };

  it("keeps the last rating of a message, per tenant", async () => {
    const { store } = await open();
    await store.put(SAID);
    const stored: StoredFeedback = { ...SAID, answer: null, resolution: null };
    expect(await store.find(SAID)).toEqual(stored);
    expect(await store.ratingsOf(conversation("c1"))).toEqual(new Map([["msg_1", "down"]]));
    const again = { ...SAID, rating: "up", comment: null, createdAt: SAID.createdAt + 1 } as const;
    await store.put(again);
    expect(await store.find(SAID)).toEqual({ ...stored, ...again });
    expect(await store.find({ ...SAID, tenant: "other" })).toBeUndefined();
    expect(await store.ratingsOf({ ...conversation("c1"), tenant: "other" })).toEqual(new Map());
    expect(await store.ratingsOf(conversation("c2"))).toEqual(new Map());
  });

  it("lists reported and noted answers in pages, newest first, until they are resolved", async () => {
    const { store } = await open();
    const ids = ["a", "b", "c", "d", "e"];
    for (const [index, messageId] of ids.entries()) {
      // Two of the same time.
      await store.put({ ...SAID, messageId, createdAt: SAID.createdAt + Math.floor(index / 2) });
    }
    await store.put({ ...SAID, messageId: "noted", rating: "up" });
    await store.put({ ...SAID, messageId: "silent", rating: "up", comment: null });
    const list = async (state: "open" | "done", reason: "reported" | "noted" = "reported") => {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.list({ tenant: "acme", reason, state, limit: 2, cursor });
        seen.push(...page.rows.map(({ messageId }) => messageId));
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
      return seen;
    };
    expect(await list("open")).toEqual(["e", "d", "c", "b", "a"]);
    expect(await list("open", "noted")).toEqual(["noted"]);
    expect(await store.resolve({ tenant: "acme", messageId: "c" }, RESOLUTION)).toBe(true);
    expect(await store.resolve({ tenant: "other", messageId: "a" }, RESOLUTION)).toBe(false);
    expect(await list("open")).toEqual(["e", "d", "b", "a"]);
    expect(await list("done")).toEqual(["c"]);
    expect((await store.find({ tenant: "acme", messageId: "c" }))?.resolution).toEqual(RESOLUTION);
    await store.put({ ...SAID, messageId: "c" });
    expect(await list("done")).toEqual([]);
    const wrong = store.list({
      tenant: "acme",
      reason: "noted",
      state: "open",
      limit: 2,
      cursor: "x",
    });
    await expect(wrong).rejects.toMatchObject({ code: "invalid_request" });
  });

  it("is erased with its conversation", async () => {
    const { store, records } = await open();
    await store.put(SAID);
    await store.put({ ...SAID, messageId: "msg_2", conversationId: "c2" });
    await createSqlTranscripts(records).erase({ ...conversation("c1"), now: SAID.createdAt });
    expect(await store.find(SAID)).toBeUndefined();
    expect(await store.find({ tenant: "acme", messageId: "msg_2" })).toBeDefined();
  });
});

const conversation = (conversationId: string) => ({ tenant: "acme", conversationId });
