import type { RetrievalTrace } from "../knowledge/types.ts";
import type { Clock } from "../operations/types.ts";
import {
  createEvidenceCheck,
  type EvidenceCheckDependencies,
  type FindStanding,
  compareEvidence,
} from "./evidence.ts";
import { asWhole, type SeparateAsk } from "./ask/separate-ask.ts";
import type { CompareLikeness } from "./ask/compare-likeness.ts";
import type { CompareQuestions, GuardFinding, GuardSwitches } from "./guards/types.ts";
import {
  judgementOf,
  type CacheTier,
  type LookupReason,
  comparedOf,
  type AnswerEntry,
} from "./types.ts";
import { answerId } from "./scope.ts";
import {
  judgeCandidate,
  judgeExact,
  judgeNearest,
  type CacheVerdict,
  type Candidate,
  type Thresholds,
} from "./verdict.ts";

/** Number of compared entries. More than one, because the nearest may be rejected. */
const NEIGHBOURS = 3;
/**
 * Besides the nearest, neighbours are shown from this similarity on, or from slightly below the thresholds if
 * those are lower.
 */
const SHOWN_SIMILARITY = 0.5;
const SHOWN_MARGIN = 0.1;

/** A question in its scope. */
export interface CacheQuery {
  readonly tenant: string;
  readonly scope: string;
  /** The standalone question. */
  readonly question: string;
  /** Maximum age of a served entry, in seconds. Default: no limit. */
  readonly maxAgeSeconds?: number | undefined;
}

/** A question with everything needed to compare it with its neighbours. */
export interface NearestCacheQuery extends CacheQuery {
  readonly vector: Float32Array;
  readonly thresholds: Thresholds;
  readonly guards?: GuardSwitches | undefined;
  /** The pending retrieval of the question; undefined if it failed. */
  readonly retrieval: Promise<RetrievalTrace | undefined>;
}

/** The result of the semantic tier, with the neighbours. */
export interface NearestLookup {
  readonly verdict: CacheVerdict;
  /** Nearest first. Evidence is not checked below both thresholds. */
  readonly candidates: readonly Candidate[];
}

/** The results of both tiers. */
export interface CacheExplanation {
  readonly exact: CacheVerdict;
  readonly semantic: CacheVerdict;
  /** The nearest entries and whether each would be served, nearest first. */
  readonly nearest: readonly (Candidate & { readonly verdict: ExplainedVerdict })[];
}

/** Like `CandidateVerdict`, also for the exact tier. */
export interface ExplainedVerdict {
  readonly tier: CacheTier | null;
  readonly reasons: readonly LookupReason[];
}

/** Looks up cached answers and decides whether one may be served. */
export interface AnswerCache {
  /** Exact tier: the same words in this scope. Needs no embedding. */
  lookUpExact(query: CacheQuery): Promise<CacheVerdict>;
  /** Semantic tier: the nearest questions of this scope. */
  lookUpNearest(query: NearestCacheQuery): Promise<NearestLookup>;
  /** The results of both tiers with reasons; changes nothing. */
  explain(query: NearestCacheQuery): Promise<CacheExplanation>;
  /** Whether a new answer is current under the present documents; changes nothing. */
  isTrue(entry: AnswerEntry): Promise<boolean>;
  /** Stores the answer unless it is outdated or would replace a pinned one. True if stored. */
  store(entry: AnswerEntry, vector: Float32Array): Promise<boolean>;
}

/** Dependencies of the cache. */
export interface AnswerCacheDependencies extends EvidenceCheckDependencies {
  readonly compareQuestions: CompareQuestions;
  /** Separates the ask of a message. Default: the whole message. */
  readonly separateAsk?: SeparateAsk | undefined;
  /** Compares the words of near messages. Default: no comparison. */
  readonly compareWords?: CompareLikeness | undefined;
  readonly now: Clock;
}

/** Joins cached answers with their passages (freshness) and with guards (differences). */
export function createAnswerCache(dependencies: AnswerCacheDependencies): AnswerCache {
  const { answers, passages } = dependencies;
  const { standing, look } = createEvidenceCheck(dependencies);

  return {
    lookUpExact: (query) => lookUpExact(query, standing, dependencies),

    async lookUpNearest(query) {
      const { thresholds } = query;
      const leastChecked = Math.min(thresholds.serve, thresholds.grey);
      const search = { query, check: standing, leastChecked };
      const candidates = await findCandidates(search, dependencies);
      return { verdict: judgeNearest(candidates, thresholds), candidates };
    },

    async explain(query) {
      const [exact, found] = await Promise.all([
        lookUpExact(query, look, dependencies),
        findCandidates({ query, check: look, leastChecked: 0 }, dependencies),
      ]);
      const semantic = judgeNearest(found, query.thresholds);
      const nearest = found.map((candidate) => ({
        ...candidate,
        verdict: isSameQuestion(candidate.entry, query)
          ? { tier: exact.kind === "hit" ? exact.tier : null, reasons: exact.reasons }
          : judgeCandidate(candidate, query.thresholds),
      }));
      return { exact, semantic, nearest };
    },

    async isTrue(entry) {
      const stands = await look([entry], await passages.version(entry.tenant));
      return stands.has(entry.id);
    },

    async store(entry, vector) {
      if (!(await answers.put(entry, vector, { yieldToPinned: true }))) return false;
      const stands = await standing([entry], await passages.version(entry.tenant));
      return stands.has(entry.id);
    },
  };
}

async function lookUpExact(
  query: CacheQuery,
  check: FindStanding,
  { answers, passages, now }: AnswerCacheDependencies,
): Promise<CacheVerdict> {
  const { tenant, scope, question } = query;
  // Together: one round trip for stores that need one.
  const [version, entry] = await Promise.all([
    passages.version(tenant),
    answers.get({ scope, id: answerId(scope, question) }),
  ]);
  const own = entry !== undefined && mayServe(entry, query) ? entry : undefined;
  const stands = await check(own === undefined ? [] : [own], version);
  return judgeExact(own, {
    evidenceStands: own !== undefined && stands.has(own.id),
    isFresh: own !== undefined && isFresh(own, query, now()),
  });
}

/**
 * The nearest entries with everything that decides, nearest first. Evidence is checked from the similarity
 * `leastChecked` on.
 */
async function findCandidates(
  search: { query: NearestCacheQuery; check: FindStanding; leastChecked: number },
  dependencies: AnswerCacheDependencies,
): Promise<readonly Candidate[]> {
  const { answers, passages, compareQuestions, separateAsk = asWhole, now } = dependencies;
  const { query, check, leastChecked } = search;
  const { tenant, scope, question, vector, thresholds, guards } = query;
  const least = Math.min(thresholds.serve, thresholds.grey);
  const minSimilarity = Math.max(0, Math.min(SHOWN_SIMILARITY, least - SHOWN_MARGIN));
  const [version, found, retrieved] = await Promise.all([
    passages.version(tenant),
    answers.nearest({ scope, vector, limit: NEIGHBOURS, minSimilarity }),
    query.retrieval,
  ]);
  const own = found.filter(({ entry }) => mayServe(entry, query));
  const near = own.filter(({ similarity }) => similarity >= leastChecked);
  const stands = await check(
    near.map(({ entry }) => entry),
    version,
  );
  return own.map(({ entry, similarity }) => ({
    entry,
    similarity,
    evidenceStands: stands.has(entry.id),
    agreement: compareEvidence(
      { question: separateAsk(question, tenant).text, retrieved },
      { question: comparedOf(entry), retrieved: entry.retrieved },
    ),
    findings: isComparable(entry, separateAsk)
      ? compareQuestions(question, entry.question, guards, tenant)
      : [NOT_COMPARABLE],
    likeness: dependencies.compareWords?.(question, entry.question, similarity, tenant),
    isFresh: isFresh(entry, query, now()),
    isQuarantined: entry.isQuarantined,
    isJudgedSame: judgementOf(entry, answerId(scope, question)),
  }));
}

/** Another version of Reprise may have separated another part of the message. */
const NOT_COMPARABLE: GuardFinding = {
  guard: "surroundings",
  strength: "hard",
  reason: "ask-not-separated",
};

function isComparable(entry: AnswerEntry, separateAsk: SeparateAsk): boolean {
  return separateAsk(entry.question, entry.tenant).text === comparedOf(entry);
}

function isFresh(
  { createdAt }: AnswerEntry,
  { maxAgeSeconds = Infinity }: CacheQuery,
  now: number,
): boolean {
  return now - createdAt <= maxAgeSeconds * 1000;
}

function isSameQuestion({ id }: AnswerEntry, { scope, question }: CacheQuery): boolean {
  return id === answerId(scope, question);
}

/** Checks tenant and scope again after the search. */
function mayServe(entry: AnswerEntry, { tenant, scope }: CacheQuery): boolean {
  return entry.tenant === tenant && entry.scope === scope;
}
