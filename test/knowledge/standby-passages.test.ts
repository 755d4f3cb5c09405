import { describe, expect, it } from "vitest";
import { createMemoryPassages } from "../../src/knowledge/memory-passages.ts";
import { createStandbyPassages } from "../../src/knowledge/standby-passages.ts";
import type { PassageStore } from "../../src/knowledge/types.ts";
import { describePassageStore } from "../contracts/passage-store.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { unitVector } from "../support/make-entry.ts";
import { makePassage } from "../support/make-passage.ts";

class Away extends Error {}

const east = unitVector([1, 0, 0, 0]);
const query = { tenant: "acme", text: "refunds", vector: east, limit: 3 };

async function storeOf(text: string): Promise<PassageStore> {
  const store = createMemoryPassages({ dimensions: 4 });
  const passages = [{ ...makePassage({ text }), vector: east }];
  await store.replaceDocument({ tenant: "acme", documentId: "help", passages });
  return store;
}

function open(main: PassageStore, record: { text: string }) {
  const state = { isInLine: true, loads: 0, searches: 0 };
  const clock = createFakeClock(0);
  const passages = createStandbyPassages({
    main,
    load: (_tenant) => {
      state.loads += 1;
      return storeOf(record.text);
    },
    checkMain: () => {
      if (!state.isInLine) throw new Away();
    },
    isAway: (error) => error instanceof Away,
    onStandby: () => (state.searches += 1),
    now: clock.now,
  });
  const found = async () =>
    (await passages.search(query)).byText.map(({ passage }) => passage.text);
  return { passages, state, clock, found };
}

describePassageStore("with a standby", async ({ dimensions }) =>
  createStandbyPassages({
    main: createMemoryPassages({ dimensions }),
    load: () => Promise.reject(new Error("not needed")),
    checkMain: () => {},
    isAway: () => false,
    onStandby: () => {},
    now: () => 0,
  }),
);

describe("passages with a standby", () => {
  it("are searched in a copy of the record while the main store is away, loaded once", async () => {
    const main = await storeOf("refunds in the index");
    const { passages, state, found } = open(main, { text: "refunds in the record" });
    expect(await found()).toEqual(["refunds in the index"]);
    expect(state).toMatchObject({ loads: 0, searches: 0 });
    state.isInLine = false;
    expect(await Promise.all([found(), found()])).toEqual([
      ["refunds in the record"],
      ["refunds in the record"],
    ]);
    expect(state).toMatchObject({ loads: 1, searches: 2 });
    // Whether a tenant has documents at all must not be guessed from a copy.
    await expect(passages.count("acme")).rejects.toThrow(Away);
    expect(await passages.version("acme")).not.toBe(await main.version("acme"));
    state.isInLine = true;
    expect(await found()).toEqual(["refunds in the index"]);
  });

  it("are copied anew after a while, and after the main store was back", async () => {
    const record = { text: "refunds at first" };
    const { passages, state, clock, found } = open(await storeOf("refunds"), record);
    state.isInLine = false;
    await found();
    record.text = "refunds later";
    expect(await found()).toEqual(["refunds at first"]);
    await clock.advance(60_000);
    await found();
    await expect.poll(found).toEqual(["refunds later"]);
    record.text = "refunds at last";
    passages.release();
    expect(await found()).toEqual(["refunds at last"]);
  });

  it("fail with an error that is not about the main store being away", async () => {
    const main = await storeOf("refunds");
    const broken = { ...main, search: () => Promise.reject(new Error("a mistake")) };
    await expect(open(broken, { text: "refunds" }).found()).rejects.toThrow("a mistake");
  });
});
