import type { Reader } from "../identity/types.ts";
import { NO_GROUPS, type ReaderGroups } from "../knowledge/reader-groups.ts";
import type { RetrievalTrace } from "../knowledge/types.ts";
import type { Clock } from "../operations/types.ts";
import {
  createEvidenceCheck,
  mayBeRead,
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
  viewOfId,
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
 * The same where documents have groups: a question may have an answer for each kind of readers, and some of the
 * nearest may be for others.
 */
const NEIGHBOURS_OF_READERS = 12;
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
  /** Served and compared are only answers that the reader may read. Default: a reader without groups. */
  readonly reader?: Reader | undefined;
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
  /** Whether a new answer is current under the present documents, and may be read; changes nothing. */
  isTrue(entry: AnswerEntry, reader?: Reader): Promise<boolean>;
  /** Stores the answer of this reader unless it is outdated or would replace a pinned one. True if stored. */
  store(entry: AnswerEntry, vector: Float32Array, reader?: Reader): Promise<boolean>;
}

/** Dependencies of the cache. */
export interface AnswerCacheDependencies extends EvidenceCheckDependencies {
  readonly compareQuestions: CompareQuestions;
  /** Separates the ask of a message. Default: the whole message. */
  readonly separateAsk?: SeparateAsk | undefined;
  /** Compares the words of near messages. Default: no comparison. */
  readonly compareWords?: CompareLikeness | undefined;
  /** Default: no document has groups. */
  readonly readers?: ReaderGroups | undefined;
  readonly now: Clock;
}

/** Joins cached answers with their passages (freshness) and with guards (differences). */
export function createAnswerCache(dependencies: AnswerCacheDependencies): AnswerCache {
  const { answers, passages, readers = NO_GROUPS } = dependencies;
  const { standing, look } = createEvidenceCheck(dependencies);
  const seenNow = async ({ tenant }: AnswerEntry, reader: Reader | undefined) => {
    const version = await passages.version(tenant);
    return { version, view: await readers.at({ tenant, version, reader }) };
  };

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
      const nearest = found.slice(0, NEIGHBOURS).map((candidate) => ({
        ...candidate,
        verdict: isSameQuestion(candidate.entry, query)
          ? { tier: exact.kind === "hit" ? exact.tier : null, reasons: exact.reasons }
          : judgeCandidate(candidate, query.thresholds),
      }));
      return { exact, semantic, nearest };
    },

    async isTrue(entry, reader) {
      const seen = await seenNow(entry, reader);
      return mayBeRead(entry, seen.view) && (await look([entry], seen)).has(entry.id);
    },

    async store(entry, vector, reader) {
      if (!(await answers.put(entry, vector, { yieldToPinned: true }))) return false;
      return (await standing([entry], await seenNow(entry, reader))).has(entry.id);
    },
  };
}

async function lookUpExact(
  query: CacheQuery,
  check: FindStanding,
  { answers, passages, readers = NO_GROUPS, now }: AnswerCacheDependencies,
): Promise<CacheVerdict> {
  const { tenant, scope, question, reader } = query;
  const get = (view?: string) => answers.get({ scope, id: answerId(scope, question, view) });
  const last = readers.last({ tenant, reader });
  // Together: one round trip for stores that need one. An answer for such readers comes before one for everybody.
  const [version, forAll, forView] = await Promise.all([
    passages.version(tenant),
    get(),
    last === undefined || last.name === "" ? undefined : get(last.name),
  ]);
  const view = await readers.at({ tenant, version, reader });
  const own = [forView, forAll]
    .filter((entry) => entry !== undefined)
    .filter((entry) => mayServe(entry, query) && mayBeRead(entry, view));
  const stands = await check(own, { version, view });
  const verdicts = own.map((entry) =>
    judgeExact(entry, {
      evidenceStands: stands.has(entry.id),
      isFresh: isFresh(entry, query, now()),
    }),
  );
  const none = judgeExact(undefined, { evidenceStands: false, isFresh: false });
  return verdicts.find(({ kind }) => kind === "hit") ?? verdicts[0] ?? none;
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
  const { readers = NO_GROUPS } = dependencies;
  const { query, check, leastChecked } = search;
  const { tenant, scope, question, vector, thresholds, guards, reader } = query;
  const least = Math.min(thresholds.serve, thresholds.grey);
  const minSimilarity = Math.max(0, Math.min(SHOWN_SIMILARITY, least - SHOWN_MARGIN));
  const last = readers.last({ tenant, reader });
  const limit = last?.restricted.size === 0 ? NEIGHBOURS : NEIGHBOURS_OF_READERS;
  const [version, found, retrieved] = await Promise.all([
    passages.version(tenant),
    answers.nearest({ scope, vector, limit, minSimilarity }),
    query.retrieval,
  ]);
  const view = await readers.at({ tenant, version, reader });
  const own = found.filter(({ entry }) => mayServe(entry, query) && mayBeRead(entry, view));
  const near = own.filter(({ similarity }) => similarity >= leastChecked);
  const stands = await check(
    near.map(({ entry }) => entry),
    { version, view },
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

function isSameQuestion(entry: AnswerEntry, { scope, question }: CacheQuery): boolean {
  return entry.id === answerId(scope, question, viewOfId(entry));
}

/** Checks tenant and scope again after the search. */
function mayServe(entry: AnswerEntry, { tenant, scope }: CacheQuery): boolean {
  return entry.tenant === tenant && entry.scope === scope;
}
