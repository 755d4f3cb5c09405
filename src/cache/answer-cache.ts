import type { RetrievalTrace } from "../knowledge/types.ts";
import type { Clock } from "../operations/types.ts";
import {
  createEvidenceCheck,
  type EvidenceCheckDependencies,
  type FindStanding,
} from "./check-evidence.ts";
import { compareEvidence } from "./evidence.ts";
import { asWhole, type SeparateAsk } from "./ask/separate-ask.ts";
import type { CompareLikeness } from "./ask/compare-likeness.ts";
import type { CompareQuestions, GuardFinding, GuardSwitches } from "./guards/types.ts";
import { judgementOf } from "./judgements.ts";
import { answerId } from "./normalise-question.ts";
import { type CacheTier, type LookupReason, comparedOf, type AnswerEntry } from "./types.ts";
import {
  judgeCandidate,
  judgeExact,
  judgeNearest,
  type CacheVerdict,
  type Candidate,
  type Thresholds,
} from "./verdict.ts";

/** Entries compared with a question; more than one, so that a refused nearest does not hide the next. */
const NEIGHBOURS = 3;
/**
 * Beside the nearest, neighbours are shown from here on, or from a little below the thresholds where these
 * are lower.
 */
const SHOWN_SIMILARITY = 0.5;
const SHOWN_MARGIN = 0.1;

/** A question in its scope. */
export interface CacheQuery {
  readonly tenant: string;
  readonly scope: string;
  /** Standalone. */
  readonly question: string;
  /** Entries older than this, in seconds, are not served; none: all. */
  readonly maxAgeSeconds?: number | undefined;
}

/** A question with what is needed to judge its neighbours. */
export interface NearestCacheQuery extends CacheQuery {
  readonly vector: Float32Array;
  readonly thresholds: Thresholds;
  readonly guards?: GuardSwitches | undefined;
  /** What the question retrieves, on its way; undefined where retrieval failed. */
  readonly retrieval: Promise<RetrievalTrace | undefined>;
}

/** What the semantic tier came to, and all that is known of the neighbours. */
export interface NearestLookup {
  readonly verdict: CacheVerdict;
  /** Nearest first. Below both thresholds nothing is said to stand: evidence is not looked at there. */
  readonly candidates: readonly Candidate[];
}

/** Both tiers of a lookup, side by side. */
export interface CacheExplanation {
  readonly exact: CacheVerdict;
  readonly semantic: CacheVerdict;
  /** All that is known of the nearest questions, and whether each would be served; nearest first. */
  readonly nearest: readonly (Candidate & { readonly verdict: ExplainedVerdict })[];
}

/** As `CandidateVerdict`, for the entry of the exact tier too. */
export interface ExplainedVerdict {
  readonly tier: CacheTier | null;
  readonly reasons: readonly LookupReason[];
}

/** Looks up stored answers and says whether one may be served. */
export interface AnswerCache {
  /** The same words in this scope; no embedding needed. */
  lookUpExact(query: CacheQuery): Promise<CacheVerdict>;
  /** The nearest questions of this scope. */
  lookUpNearest(query: NearestCacheQuery): Promise<NearestLookup>;
  /** What both tiers would come to, and why; changes nothing. */
  explain(query: NearestCacheQuery): Promise<CacheExplanation>;
  /** Whether an answer that has just been made is true under the documents of now; changes nothing. */
  isTrue(entry: AnswerEntry): Promise<boolean>;
  /** Stores the answer unless it is not true any more, or a pinned one stands there; true when stored. */
  store(entry: AnswerEntry, vector: Float32Array): Promise<boolean>;
}

/** What the cache leans on. */
export interface AnswerCacheDependencies extends EvidenceCheckDependencies {
  readonly compareQuestions: CompareQuestions;
  /** Finds what of a message is embedded; none: all of it. */
  readonly separateAsk?: SeparateAsk | undefined;
  /** Compares the words of near messages; none: words speak for nothing. */
  readonly compareWords?: CompareLikeness | undefined;
  readonly now: Clock;
}

/** Joins the stored answers with the passages that keep them true and the guards that tell them apart. */
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
  // Asked for together: one round trip for those that have one.
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
 * All that is known of the nearest questions, nearest first. Evidence is looked at from the similarity
 * `leastChecked` on; below it nothing is said to stand.
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

/** Another version of Reprise may have embedded another part of the message. */
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

/** Checked again after the search: an answer never leaves its tenant or its scope. */
function mayServe(entry: AnswerEntry, { tenant, scope }: CacheQuery): boolean {
  return entry.tenant === tenant && entry.scope === scope;
}
