import type { AnswerCache } from "../cache/answer-cache.ts";
import type { CompareLikeness } from "../cache/ask/compare-likeness.ts";
import { asWhole, type SeparateAsk } from "../cache/ask/separate-ask.ts";
import { compareEvidence } from "../cache/evidence.ts";
import type { CompareQuestions } from "../cache/guards/types.ts";
import type { InFlight, InFlightNeighbour } from "../cache/in-flight.ts";
import { answerId } from "../cache/scope.ts";
import type { AnswerEntry, FlightOutcome, SingleFlight } from "../cache/types.ts";
import { judgeCandidate, type Candidate, type CandidateVerdict } from "../cache/verdict.ts";
import { hashText } from "../chat/hash-text.ts";
import { RepriseError, isErrorCode } from "../errors.ts";
import type { RetrievalTrace } from "../knowledge/types.ts";
import { rejectOnAbort } from "../operations/with-deadline.ts";
import { lookUpExact, toHit, type Hit, type Miss } from "./look-up.ts";
import type { AnswerContext } from "./retrieve.ts";
import type { Search } from "./search.ts";
import type { Asked } from "./asking.ts";

/** How an answer ended, and the entry that was stored. */
export interface FlightResult {
  readonly outcome: FlightOutcome;
  readonly stored: AnswerEntry | undefined;
}

/** Lead the flight, or reuse the leader's answer. */
export type FlightPlan = Flight | Hit;

/** This request leads: no other request answers the question. */
export interface Flight {
  readonly kind: "lead";
  /** It has waited without result, so its evidence may be outdated. */
  readonly waited: boolean;
  readonly finish: (result: FlightResult) => Promise<void>;
}

/** Dependencies of single-flight. */
export interface FlightParts {
  readonly flights: SingleFlight;
  /** Questions in flight in this process, to find rewordings. */
  readonly inFlight: InFlight;
  readonly cache: Pick<AnswerCache, "isTrue" | "lookUpExact">;
  readonly compareQuestions: CompareQuestions;
  /** Compares the words of near messages. Default: no comparison. */
  readonly compareWords?: CompareLikeness | undefined;
  /** Separates the ask of a message. Default: the whole message. */
  readonly separateAsk?: SeparateAsk | undefined;
  readonly model: { readonly timeoutMs: number };
  readonly now: () => number;
}

/** Lost leaders after which a waiting request answers by itself. */
const MAX_FLIGHTS = 3;

/** A missed question, with its lookup result. */
interface Waiting {
  readonly asked: Asked;
  readonly missed: Miss;
}

/**
 * Waits for a rewording in flight in this process, if its answer would be a hit; then for the same words in
 * the same scope, on any replica.
 */
export async function joinFlight(
  waiting: Waiting,
  search: Search,
  context: AnswerContext,
  parts: FlightParts,
): Promise<FlightPlan> {
  const { asked, missed } = waiting;
  const { vector, isWhole } = await search.vector();
  const scope = flightScope(asked, context);
  // Without a vector only the same words match.
  if (vector === undefined || !isWhole || missed.plan.exactOnly) {
    return joinSameWords({ ...waiting, scope }, parts, () => undefined, false);
  }
  const retrieved = context.evidence?.trace;
  const { question } = asked;
  // No await between findLeader and inFlight.add: concurrent rewordings must see each other.
  const leader = findLeader({ ...asked, scope }, { vector, retrieved }, parts);
  const show = () => parts.inFlight.add({ scope, question, vector, retrieved });
  if (leader === undefined) return joinSameWords({ ...waiting, scope }, parts, show(), false);
  const entry = await rejectOnAbort(leader.neighbour.answer, asked.stopSignal);
  if (entry === undefined || !(await isStillTrue(asked, entry, parts))) {
    return joinSameWords({ ...waiting, scope }, parts, show(), true);
  }
  const { similarity } = leader.neighbour;
  const candidates = [{ ...leader.candidate, entry }, ...(missed.candidates ?? [])];
  const reasons = [...leader.verdict.reasons, "answered-in-flight" as const];
  const verdict = { entry, tier: leader.verdict.tier, similarity, reasons };
  return toHit(asked, verdict, parts.now(), candidates);
}

/** Only readers of the same documents share a flight: the leader's passages must be theirs too. */
function flightScope({ scope, request }: Asked, { evidence }: AnswerContext): string {
  // What the asker may read is unknown if the documents could not be searched.
  const view = evidence === undefined ? JSON.stringify(request.caller?.reader) : evidence.view.name;
  return view === undefined || view === "" ? scope : hashText(`${scope} ${view}`).slice(0, 32);
}

interface Leader {
  readonly neighbour: InFlightNeighbour;
  readonly candidate: Omit<Candidate, "entry">;
  readonly verdict: CandidateVerdict & { tier: NonNullable<CandidateVerdict["tier"]> };
}

/** The nearest question in flight whose answer would be a hit. The same words are a separate flight. */
function findLeader(
  { request, scope, question, thresholds, policy }: Asked,
  own: { vector: Float32Array; retrieved: RetrievalTrace | undefined },
  { inFlight, compareQuestions, compareWords, separateAsk = asWhole }: FlightParts,
): Leader | undefined {
  const { tenant } = request;
  const id = answerId(scope, question);
  for (const neighbour of inFlight.near({ scope, vector: own.vector })) {
    if (answerId(scope, neighbour.question) === id) return undefined;
    const candidate = {
      similarity: neighbour.similarity,
      evidenceStands: true,
      isFresh: true,
      isQuarantined: false,
      agreement: compareEvidence(
        { question: separateAsk(question, tenant).text, retrieved: own.retrieved },
        {
          question: separateAsk(neighbour.question, tenant).text,
          retrieved: neighbour.retrieved,
        },
      ),
      likeness: compareWords?.(question, neighbour.question, neighbour.similarity, tenant),
      findings: compareQuestions(question, neighbour.question, policy.guards, tenant),
    };
    const { tier, reasons } = judgeCandidate(candidate, thresholds);
    if (tier !== null) return { neighbour, candidate, verdict: { tier, reasons } };
  }
  return undefined;
}

type Stored = (answer: AnswerEntry | undefined) => void;

/** `scope`: that of the flight. */
type InScope = Waiting & { readonly scope: string };

async function joinSameWords(
  waiting: InScope,
  parts: FlightParts,
  seen: Stored,
  waited: boolean,
): Promise<FlightPlan> {
  try {
    const plan = await joinOrLead(waiting, parts, seen, waited);
    if (plan.kind === "hit") seen(plan.entry);
    return plan;
  } catch (error) {
    seen(undefined);
    throw error;
  }
}

async function joinOrLead(
  waiting: InScope,
  parts: FlightParts,
  seen: Stored,
  hasWaited: boolean,
): Promise<FlightPlan> {
  const { asked, missed, scope } = waiting;
  const key = `${scope}:${answerId(scope, asked.question)}`;
  const options = { maxFlightMs: parts.model.timeoutMs + 5000, signal: asked.stopSignal };
  for (let tries = 0; tries < MAX_FLIGHTS; tries += 1) {
    const flight = await parts.flights.join(key, options);
    if (flight.role === "leader") {
      const finish = async ({ outcome, stored }: FlightResult) => {
        seen(stored);
        await flight.finish(outcome);
      };
      return lead(waiting, { kind: "lead", finish, waited: hasWaited || tries > 0 }, parts);
    }
    if (flight.outcome.kind === "answered") {
      const { entry } = flight.outcome;
      if (!(await isStillTrue(asked, entry, parts))) continue;
      const verdict = { entry, tier: "exact" as const, similarity: 1 };
      const reasons = ["answered-in-flight" as const];
      return toHit(asked, { ...verdict, reasons }, parts.now(), missed.candidates ?? []);
    }
    if (flight.outcome.kind === "failed") {
      const { code, message, retryAfterSeconds } = flight.outcome;
      throw new RepriseError(isErrorCode(code) ? code : "model_failed", message, {
        retryAfterSeconds,
      });
    }
  }
  return { kind: "lead", waited: true, finish: async ({ stored }) => seen(stored) };
}

/** If documents changed while the answer was generated, followers do not reuse it. */
function isStillTrue(
  { meter, attempt, request }: Asked,
  entry: AnswerEntry,
  { cache }: FlightParts,
): Promise<boolean> {
  const look = () => cache.isTrue(entry, request.caller?.reader);
  return meter.time("lookup", () => attempt("cache", look, false));
}

/** The leader checks once more whether the answer was stored in the meantime. */
async function lead(
  { asked, missed }: Waiting,
  flight: Flight,
  parts: FlightParts,
): Promise<FlightPlan> {
  const verdict = await lookUpExact(asked, parts);
  if (verdict.kind === "miss") return flight;
  const { entry } = verdict;
  await flight.finish({ outcome: { kind: "answered", entry }, stored: entry });
  return toHit(asked, verdict, parts.now(), missed.candidates ?? []);
}
