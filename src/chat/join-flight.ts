import { compareEvidence } from "../cache/evidence.ts";
import type { InFlightNeighbour } from "../cache/in-flight.ts";
import { answerId } from "../cache/normalise-question.ts";
import type { AnswerEntry, FlightOutcome } from "../cache/types.ts";
import { judgeCandidate, type Candidate, type CandidateVerdict } from "../cache/verdict.ts";
import type { RetrievalTrace } from "../knowledge/types.ts";
import { RepriseError, isErrorCode } from "../errors.ts";
import { hit, lookUpExact, type LookUp } from "./look-up-answer.ts";
import type { AnswerContext } from "./retrieve-context.ts";
import { embedQuestion, type ChatDependencies, type Turn } from "./turn.ts";

/** How an answer ended, and what of it was stored. */
export interface Landing {
  readonly outcome: FlightOutcome;
  readonly stored: AnswerEntry | undefined;
}

/** What to do about like questions in flight: lead, or take the leader's answer. */
export type FlightPlan =
  | {
      readonly kind: "fly";
      /** It has waited for another in vain: what it retrieved before may have changed. */
      readonly waited: boolean;
      readonly land: (landing: Landing) => Promise<void>;
    }
  | (LookUp & { readonly kind: "hit" });

/** Leaders that may be lost before a waiting question goes alone. */
const MAX_FLIGHTS = 3;

/**
 * Waits for a rewording that is being answered in this process, where its answer would be a hit; then
 * for the same words in the same scope, here or on another replica.
 */
export async function joinFlight(
  turn: Turn,
  context: AnswerContext,
  dependencies: ChatDependencies,
): Promise<FlightPlan> {
  const vector = await embedQuestion(turn, dependencies.embedder);
  const retrieved = context.evidence?.trace;
  const { scope, question } = turn;
  // Between looking around and being seen nothing may wait, or a crowd of rewordings would miss each other.
  const leader = findLeader(turn, { vector, retrieved }, dependencies);
  const show = () => dependencies.inFlight.add({ scope, question, vector, retrieved });
  if (leader === undefined) return joinSameWords(turn, dependencies, show(), false);
  const entry = await orStopped(leader.neighbour.answer, turn.stopSignal);
  if (entry === undefined || !(await isStillTrue(turn, entry, dependencies))) {
    return joinSameWords(turn, dependencies, show(), true);
  }
  const { similarity } = leader.neighbour;
  const candidates = [{ ...leader.candidate, entry }, ...(turn.lookup?.candidates ?? [])];
  const reasons = [...leader.verdict.reasons, "answered-in-flight" as const];
  const verdict = { entry, tier: leader.verdict.tier, similarity, reasons };
  return hit(turn, verdict, dependencies.now(), candidates);
}

interface Leader {
  readonly neighbour: InFlightNeighbour;
  readonly candidate: Omit<Candidate, "entry">;
  readonly verdict: CandidateVerdict & { tier: NonNullable<CandidateVerdict["tier"]> };
}

/** The nearest question in flight whose answer would be a hit; the same words have a flight of their own. */
function findLeader(
  turn: Turn,
  own: { vector: Float32Array; retrieved: RetrievalTrace | undefined },
  { inFlight, compareQuestions }: ChatDependencies,
): Leader | undefined {
  const { scope, question, thresholds, policy } = turn;
  const id = answerId(scope, question);
  for (const neighbour of inFlight.near({ scope, vector: own.vector })) {
    if (answerId(scope, neighbour.question) === id) return undefined;
    const candidate = {
      similarity: neighbour.similarity,
      evidenceStands: true,
      isFresh: true,
      isQuarantined: false,
      agreement: compareEvidence({ question, retrieved: own.retrieved }, neighbour),
      findings: compareQuestions(question, neighbour.question, policy.guards),
    };
    const { tier, reasons } = judgeCandidate(candidate, thresholds);
    if (tier !== null) return { neighbour, candidate, verdict: { tier, reasons } };
  }
  return undefined;
}

type Stored = (answer: AnswerEntry | undefined) => void;

async function joinSameWords(
  turn: Turn,
  dependencies: ChatDependencies,
  seen: Stored,
  waited: boolean,
): Promise<FlightPlan> {
  try {
    const plan = await joinOrLead(turn, dependencies, seen, waited);
    if (plan.kind === "hit") seen(plan.entry);
    return plan;
  } catch (error) {
    seen(undefined);
    throw error;
  }
}

async function joinOrLead(
  turn: Turn,
  dependencies: ChatDependencies,
  seen: Stored,
  hasWaited: boolean,
): Promise<FlightPlan> {
  const key = `${turn.scope}:${answerId(turn.scope, turn.question)}`;
  const options = { maxFlightMs: dependencies.model.timeoutMs + 5000, signal: turn.stopSignal };
  for (let tries = 0; tries < MAX_FLIGHTS; tries += 1) {
    const flight = await dependencies.flights.join(key, options);
    if (flight.role === "leader") {
      const land = async ({ outcome, stored }: Landing) => {
        seen(stored);
        await flight.land(outcome);
      };
      return lead(turn, dependencies, { land, waited: hasWaited || tries > 0 });
    }
    if (flight.outcome.kind === "answered") {
      const { entry } = flight.outcome;
      if (!(await isStillTrue(turn, entry, dependencies))) continue;
      const verdict = { entry, tier: "exact" as const, similarity: 1 };
      return hit(turn, { ...verdict, reasons: ["answered-in-flight"] }, dependencies.now());
    }
    if (flight.outcome.kind === "failed") {
      const { code, message } = flight.outcome;
      throw new RepriseError(isErrorCode(code) ? code : "model_failed", message);
    }
  }
  return { kind: "fly", waited: true, land: async ({ stored }) => seen(stored) };
}

/** Documents may have changed while the answer was made: whoever waited for it does not get it then. */
function isStillTrue(
  turn: Turn,
  entry: AnswerEntry,
  { cache }: ChatDependencies,
): Promise<boolean> {
  return turn.time("lookup", () => turn.attempt("cache", () => cache.isTrue(entry), false));
}

/** A leader looks once more whether the answer came in between. */
async function lead(
  turn: Turn,
  dependencies: ChatDependencies,
  flight: Omit<FlightPlan & { kind: "fly" }, "kind">,
): Promise<FlightPlan> {
  const verdict = await lookUpExact(turn, dependencies);
  if (verdict.kind === "miss") return { kind: "fly", ...flight };
  const { entry } = verdict;
  await flight.land({ outcome: { kind: "answered", entry }, stored: entry });
  return hit(turn, verdict, dependencies.now());
}

async function orStopped<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  let leave: () => void = () => {};
  const stopped = new Promise<never>((_resolve, reject) => {
    leave = () => reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}
