import { describe, expect, it } from "vitest";
import { createSqlConversationOwners } from "../../src/records/sql-conversations.ts";
import { createSqlTranscripts } from "../../src/records/sql-transcripts.ts";
import { createSqlTurns } from "../../src/records/sql-turns.ts";
import { openTestDatabase, testDatabases } from "../support/databases.ts";
import { makeTurn } from "../support/make-turn.ts";

describe.each(testDatabases)("owners of conversations in $name", (database) => {
  async function open() {
    const records = await openTestDatabase(database);
    const turns = createSqlTurns(records);
    const transcripts = createSqlTranscripts(records);
    let count = 0;
    const turn = (conversationId: string, owner: string | undefined) => {
      count += 1;
      const id = `msg_${count}`;
      return makeTurn("When?", { id, conversationId }, { order: count, owner });
    };
    const key = (conversationId: string) => ({ tenant: "acme", conversationId });
    const owners = createSqlConversationOwners(records);
    const find = (of: Parameters<typeof owners.find>[0]) => owners.find(of);
    return { turns, transcripts, turn, key, find };
  }

  it("distinguish owned, unowned and unknown conversations", async () => {
    const { turns, turn, key, find } = await open();
    expect(await find(key("c1"))).toEqual({ kind: "unknown" });
    await turns.record([turn("c1", "user:ann"), turn("c2", undefined)]);
    expect(await find(key("c1"))).toEqual({ kind: "owned", owner: "user:ann" });
    expect(await find(key("c2"))).toEqual({ kind: "unowned" });
    expect(await find({ ...key("c1"), tenant: "another" })).toEqual({ kind: "unknown" });
  });

  it("keep their transcript: another caller's turn is counted, and its text dropped", async () => {
    const { turns, transcripts, turn, key } = await open();
    await turns.record([turn("c1", "user:ann"), turn("c1", "user:ben"), turn("c1", "user:ann")]);
    await turns.record([turn("c1", "user:ben")]);
    expect(await transcripts.read(key("c1"))).toHaveLength(4);
    const left = [turn("c1", "user:ben")];
    await turns.record(left);
    expect(await turns.missing(left)).toEqual([]);
  });

  it("are erased with their conversation", async () => {
    const { turns, transcripts, turn, key, find } = await open();
    await turns.record([turn("c1", "user:ann")]);
    await transcripts.erase({ ...key("c1"), now: Date.now() * 2 });
    expect(await find(key("c1"))).toEqual({ kind: "unknown" });
  });

  it("list their own conversations; administrators list all, and the only key of a tenant also unowned ones", async () => {
    const { turns, transcripts, turn, key } = await open();
    await turns.record([turn("c1", "user:ann"), turn("c2", "key:web"), turn("c3", undefined)]);
    const list = async (owner: string, seesTenant: boolean, seesUnowned: boolean) => {
      const caller = { owner, seesTenant, seesUnowned };
      const { tenant } = key("");
      const { rows } = await transcripts.list({ tenant, caller, limit: 10 });
      return rows.map(({ id }) => id).toSorted();
    };
    expect(await list("user:ann", false, false)).toEqual(["c1"]);
    expect(await list("user:ben", false, false)).toEqual([]);
    expect(await list("key:web", false, true)).toEqual(["c2", "c3"]);
    expect(await list("key:web", true, false)).toEqual(["c1", "c2", "c3"]);
  });
});
