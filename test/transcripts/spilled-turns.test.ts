import { readdir } from "node:fs/promises";
import { expect, it, onTestFinished } from "vitest";
import type { Logger } from "../../src/operations/logger.ts";
import { createDirectRecorder } from "../../src/transcripts/direct-recorder.ts";
import { createSpilledTurns } from "../../src/transcripts/spilled-turns.ts";
import type { EndedTurn, TurnStore } from "../../src/transcripts/types.ts";
import { temporaryFolder } from "../support/databases.ts";
import { makeTurn } from "../support/make-turn.ts";

const quiet: Logger = { debug() {}, info() {}, warn() {}, error() {} };
const history = { append: async () => {} };

/** A store that is away until it is let in, or that never answers. */
function openStore(state: { mode: "unavailable" | "hanging" | "up" }) {
  const kept: EndedTurn[] = [];
  const reach = () => {
    if (state.mode === "unavailable") throw new Error("the database is unavailable");
    return state.mode === "hanging" ? new Promise<never>(() => {}) : undefined;
  };
  const store: TurnStore = {
    batch: 500,
    async record(turns) {
      await reach();
      kept.push(...turns);
      return [];
    },
    async missing(turns) {
      await reach();
      return turns.filter((turn) => !kept.some(({ entry }) => entry.id === turn.entry.id));
    },
  };
  return { store, kept };
}

it.each(["unavailable", "hanging"] as const)(
  "turns that a database (%s) does not accept before the process ends are written by the next process",
  async (mode) => {
    const folder = await temporaryFolder();
    const state: Parameters<typeof openStore>[0] = { mode };
    const { store, kept } = openStore(state);
    const open = () => {
      const spilled = createSpilledTurns(folder);
      return createDirectRecorder({ history, store, logger: quiet, spilled });
    };
    const all = Array.from({ length: 3 }, (_value, index) => makeTurn(`q ${index}`));
    const first = open();
    for (const turn of all) await first.record(turn);
    await first.close(50);
    const late = makeTurn("after the end");
    await first.record(late);
    expect(await readdir(folder)).toHaveLength(2);
    state.mode = "up";
    const next = open();
    onTestFinished(() => next.close(50));
    await expect.poll(() => kept.length).toBe(4);
    expect(new Set(kept.map(({ entry }) => entry.id))).toEqual(
      new Set([...all, late].map(({ entry }) => entry.id)),
    );
    // The files are removed once all is recorded.
    await expect.poll(() => readdir(folder)).toEqual([]);
  },
);

it("rejects new answers while too many turns wait, and loses no finished answer", async () => {
  const state: Parameters<typeof openStore>[0] = { mode: "unavailable" };
  const { store, kept } = openStore(state);
  const recorder = createDirectRecorder({ history, store, logger: quiet, maxWaiting: 3 });
  const all = Array.from({ length: 4 }, (_value, index) => makeTurn(`q ${index}`));
  for (const turn of all) {
    if (turn !== all[3]) await recorder.admit();
    await recorder.record(turn);
  }
  await expect(recorder.admit()).rejects.toMatchObject({ code: "not_ready", retryAfterSeconds: 5 });
  state.mode = "up";
  await recorder.admit();
  await recorder.close(5_000);
  expect(new Set(kept)).toEqual(new Set(all));
});
