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
function openStore(state: { mode: "away" | "hanging" | "there" }) {
  const kept: EndedTurn[] = [];
  const reach = () => {
    if (state.mode === "away") throw new Error("the database is away");
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

it.each(["away", "hanging"] as const)(
  "turns that a %s database does not take before the process ends are recorded by the next one",
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
    state.mode = "there";
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

it("an answer is refused before it begins while too many wait, and none that was given is lost", async () => {
  const state: Parameters<typeof openStore>[0] = { mode: "away" };
  const { store, kept } = openStore(state);
  const recorder = createDirectRecorder({ history, store, logger: quiet, maxWaiting: 3 });
  const all = Array.from({ length: 4 }, (_value, index) => makeTurn(`q ${index}`));
  for (const turn of all) {
    if (turn !== all[3]) await recorder.admit();
    await recorder.record(turn);
  }
  await expect(recorder.admit()).rejects.toMatchObject({ code: "not_ready", retryAfterSeconds: 5 });
  state.mode = "there";
  await recorder.admit();
  await recorder.close(5_000);
  expect(new Set(kept)).toEqual(new Set(all));
});
