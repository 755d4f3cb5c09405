import { describe, expect, it } from "vitest";
import type { Feedback } from "../../src/feedback/types.ts";
import { createSqlFeedback } from "../../src/records/sql-feedback.ts";
import { openTestDatabase, testDatabases } from "../support/databases.ts";

describe.each(testDatabases)("feedback: $name", (database) => {
  it("keeps the last rating of a message, per tenant", async () => {
    const store = createSqlFeedback(await openTestDatabase(database));
    const said: Feedback = {
      tenant: "acme",
      messageId: "msg_1",
      rating: "down",
      comment: "Wrong: it's 14 days 🙂",
      createdAt: 1_764_000_000_000,
    };
    await store.put(said);
    expect(await store.find(said)).toEqual(said);
    const again: Feedback = { ...said, rating: "up", comment: null, createdAt: 1_764_000_000_001 };
    await store.put(again);
    expect(await store.find(said)).toEqual(again);
    expect(await store.find({ ...said, tenant: "other" })).toBeUndefined();
  });
});
