/**
 * How soon a policy tightens after bad entries enter the cache, and whether it does without any: 20
 * streams of 20,000 lookups with bad entries from the 8,000th on, and 20 without any, through the
 * detector and the rule of the service.
 *
 *   npm run bench:tightening
 *
 * The similarity of the nearest entry is uniform from 0.7 to 1. Without bad entries, 0.4 % of the hits
 * are wrong. From lookup 8,000, every fifth is near a bad entry, at 0.90 to 0.97, and always wrong.
 * The policy begins at 0.90 with a target of 2 %; one hit in ten is in a shadow run. Seeded.
 */
import { findBreach } from "../src/tuning/tighten.ts";
import { sampleFraction } from "../src/tuning/make-lookup.ts";
import type { ShadowRun } from "../src/tuning/shadow-types.ts";
import { tighten } from "../src/tuning/tighten.ts";
import { wrongHitRate } from "../src/tuning/wrong-hit-rate.ts";
import { createRandom } from "./support/seeded-random.ts";

const LOOKUPS = 20_000;
const INJECTED_FROM = 8_000;
const INJECTED_SHARE = 0.2;
const WRONG_IN_GOOD_TIMES = 0.004;
const START = { threshold: 0.9, greyThreshold: 1, ttlSeconds: 86_400, shadowRate: 0.1 };
const TARGET = 0.02;
const STREAMS = 20;

/** Hits and wrong hits of a period. */
interface Time {
  hits: number;
  wrong: number;
}

interface Stream {
  readonly alarms: readonly { lookup: number; runs: number; threshold: number }[];
  readonly before: Time;
  readonly until: Time;
  readonly after: Time;
  /** Since the last change. */
  readonly last: Time;
  /** Whether the confidence interval of all runs before the bad entries contained the true rate. */
  readonly isHeld: boolean;
}

function runStream(seed: number, isInjected: boolean): Stream {
  const random = createRandom(seed * 97 + 3);
  const [before, until, after]: Time[] = [0, 1, 2].map(() => ({ hits: 0, wrong: 0 }));
  const alarms: { lookup: number; runs: number; threshold: number }[] = [];
  let policy = { ...START };
  let last: Time = { hits: 0, wrong: 0 };
  let runs: ShadowRun[] = [];
  const early: ShadowRun[] = [];
  for (let lookup = 0; lookup < LOOKUPS; lookup += 1) {
    const isBad = isInjected && lookup >= INJECTED_FROM && random() < INJECTED_SHARE;
    const similarity = isBad ? 0.9 + 0.07 * random() : 0.7 + 0.3 * random();
    const same = !isBad && random() >= WRONG_IN_GOOD_TIMES;
    if (similarity < policy.threshold) continue;
    const time = lookup < INJECTED_FROM ? before : alarms.length === 0 ? until : after;
    for (const each of [time, last]) {
      if (each === undefined) continue;
      each.hits += 1;
      each.wrong += Number(!same);
    }
    const id = `msg_${seed}_${lookup}`;
    if (sampleFraction(id) >= START.shadowRate) continue;
    runs.push(makeRun(id, similarity, same));
    if (lookup < INJECTED_FROM) early.push(makeRun(id, similarity, same));
    const breach = findBreach(runs, TARGET);
    if (breach === null) continue;
    const stricter = tighten(policy, breach, runs, TARGET);
    if (stricter === null) continue;
    alarms.push({ lookup, runs: breach.runs, threshold: stricter.threshold });
    policy = { ...policy, ...stricter, shadowRate: START.shadowRate };
    runs = [];
    last = { hits: 0, wrong: 0 };
  }
  const none = { hits: 0, wrong: 0 };
  const { lower, upper } = wrongHitRate(early);
  const isHeld = lower <= WRONG_IN_GOOD_TIMES && WRONG_IN_GOOD_TIMES <= upper;
  return {
    alarms,
    before: before ?? none,
    until: until ?? none,
    after: after ?? none,
    last,
    isHeld,
  };
}

function makeRun(id: string, similarity: number, same: boolean): ShadowRun {
  return {
    tenant: "bench",
    id,
    lookupId: id,
    createdAt: 0,
    tier: "semantic",
    similarity,
    servedFrom: { serve: similarity, grey: null },
    thresholds: { serve: 0.9, grey: 1 },
    policyVersion: 1,
    same,
    decidedBy: "rule",
    costNanoUsd: 0n,
  };
}

const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
const rateOf = (times: readonly Time[]) =>
  percent(
    times.reduce((sum, { wrong }) => sum + wrong, 0) /
      Math.max(
        1,
        times.reduce((sum, { hits }) => sum + hits, 0),
      ),
  );

const seeds = Array.from({ length: STREAMS }, (_value, index) => index + 1);
const bad = seeds.map((seed) => runStream(seed, true));
const clean = seeds.map((seed) => runStream(seed, false));
const delays = bad
  .map(({ alarms }) => (alarms[0]?.lookup ?? Infinity) - INJECTED_FROM)
  .toSorted((one, other) => one - other);
const runsNeeded = bad.map(({ alarms }) => alarms[0]?.runs ?? 0);
const last = bad.map(({ alarms }) => alarms.at(-1)?.threshold ?? START.threshold);
const held = Array.from({ length: 200 }, (_value, index) => runStream(index + 1, false));
process.stdout.write(
  [
    `${STREAMS} streams of ${LOOKUPS} lookups, bad entries from ${INJECTED_FROM} on:`,
    `  alarms before them in ${bad.filter(({ alarms }) => (alarms[0]?.lookup ?? Infinity) < INJECTED_FROM).length} streams`,
    `  lookups until the alarm: ${delays[0]} to ${delays.at(-1)}, median ${delays[STREAMS / 2]}`,
    `  shadow runs by then, of the whole stream: ${Math.min(...runsNeeded)} to ${Math.max(...runsNeeded)}`,
    `  wrong hits: ${rateOf(bad.map(({ before }) => before))} before, ${rateOf(bad.map(({ until }) => until))} until the alarm, ${rateOf(bad.map(({ after }) => after))} from then on, ${rateOf(bad.map(({ last: time }) => time))} since the last change`,
    `  versions: ${bad.map(({ alarms }) => alarms.length).join(" ")}; last thresholds ${Math.min(...last)} to ${Math.max(...last)}`,
    `${STREAMS} clean streams: alarms in ${clean.filter(({ alarms }) => alarms.length > 0).length}`,
    `200 clean streams: the interval of the shadow runs contained the true rate in ${held.filter(({ isHeld }) => isHeld).length}`,
    "",
  ].join("\n"),
);
