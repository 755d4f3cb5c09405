import type {
  Passage,
  PassagePlace,
  PassageStore,
  RetrievalTrace,
  RetrievedPassage,
  ScoredPassage,
} from "./types.ts";
import type { WordMeaning } from "../language/match-words.ts";
import { rememberByTenant } from "../operations/remember.ts";
import { createMatcher, readAsked, type SaidWords } from "../language/match-words.ts";
import { readSaid } from "../language/match-words.ts";
import { passageContext } from "./passage-text.ts";
import { contentStems } from "../language/words.ts";

/** Usual constant of reciprocal rank fusion. Larger values reduce the difference between ranks. */
const RANK_CONSTANT = 60;
/**
 * Chosen on three public retrieval sets: with 5, the right passage is first, and among the first five, at least
 * as often as with 10 and 60, for the builtin embedder and for MiniLM. The share is tuned for the builtin
 * embedder, whose vectors are weaker than text search; data/calibration.json has the shares of other embedders.
 */
const TUNED = { k: 5, vectorShare: 0.35 };
/** Passages from each list before fusion. */
const CANDIDATES = 30;
/** Minimum cosine similarity at which a passage is relevant regardless of its words. */
const RELEVANT_SIMILARITY = 0.6;
/** Share of a question's content words that a relevant passage must contain. */
const RELEVANT_SHARE = 0.5;

/** Fused passages that are ranked again by their words. */
const RERANKED = 24;
/** Distinct content words of a question that are matched. */
const MATCHED_WORDS = 32;
/** Match from which a passage has a word. */
const SURE_MATCH = 0.9;

/** Options of the fusion. */
export interface FusionOptions {
  /** Rank constant. Default 60. Smaller values favour the first ranks. */
  readonly k?: number | undefined;
  /** Weight of the vector list, 0..1; the text list has the rest. Default 0.5. */
  readonly vectorShare?: number | undefined;
}

/**
 * Fuses two lists by reciprocal rank: a passage scores share / (k + rank) in each list that contains it. Scores
 * are scaled so that a passage that is first in both has 1. Equal scores are ordered by id.
 */
export function fuseByReciprocalRank(
  { byVector, byText }: { byVector: readonly ScoredPassage[]; byText: readonly ScoredPassage[] },
  { k = RANK_CONSTANT, vectorShare = 0.5 }: FusionOptions = {},
): RetrievedPassage[] {
  const fused = new Map<string, RetrievedPassage>();
  const add = (list: readonly ScoredPassage[], share: number, kind: "similarity" | "textScore") => {
    for (const [rank, { passage, score }] of list.entries()) {
      const part = (share * (k + 1)) / (k + rank + 1);
      const known = fused.get(passage.id) ?? {
        passage,
        score: 0,
        similarity: null,
        textScore: null,
      };
      fused.set(passage.id, { ...known, score: known.score + part, [kind]: score });
    }
  };
  add(byVector, vectorShare, "similarity");
  add(byText, 1 - vectorShare, "textScore");
  return [...fused.values()].sort(
    (one, other) => other.score - one.score || (one.passage.id < other.passage.id ? -1 : 1),
  );
}

/** A retrieval request. */
export interface RetrieveQuery {
  readonly tenant: string;
  readonly text: string;
  /** Undefined if the text could not be embedded: text search only. */
  readonly vector: Float32Array | undefined;
  readonly documentIds?: readonly string[] | undefined;
  /** Leaves out these documents, which the reader may not read. Default: none. */
  readonly hidden?: ReadonlySet<string> | undefined;
  /** Default 5. */
  readonly limit?: number | undefined;
}

/** Result of a retrieval. */
export interface Retrieval {
  /** Best first. */
  readonly passages: readonly RetrievedPassage[];
  readonly trace: RetrievalTrace;
}

/** Retrieves passages. */
export type Retrieve = (query: RetrieveQuery) => Promise<Retrieval>;

/** Maximum number of passages whose words are memoised. */
const KEPT_WORDS = 1_000;

/** Passages of each list in an answer's evidence. */
const TRACED = 5;

/** Options of retrieval. */
export interface RetrieveOptions extends FusionOptions {
  /** What words mean. Undefined: the fused order is final. */
  readonly meaning?: WordMeaning | undefined;
}

/**
 * Retrieves the passages that match a text best: by vector and text search, fused, and then ranked by how much
 * of the question their words and their vectors match. Evidence is the fused order.
 *
 * @param options the fusion defaults to the values tuned for the builtin embedder
 */
export function createRetrieve(
  passages: PassageStore,
  { k = TUNED.k, vectorShare = TUNED.vectorShare, meaning }: RetrieveOptions = {},
): Retrieve {
  // Memoising by id is safe: a passage with another text has another id.
  const wordsOf = rememberByTenant((passage: Passage) => readSaid(passageContext(passage)), {
    max: KEPT_WORDS,
    nameOf: ({ id }) => id,
  });
  return async ({ limit = 5, ...query }) => {
    const lists = await passages.search({ ...query, limit: Math.max(CANDIDATES, limit) });
    const fused = fuseByReciprocalRank(lists, { k, vectorShare });
    const rank = () =>
      meaning === undefined || limit === 0
        ? fused
        : rankByWords(query.text, fused, meaning, (passage) => wordsOf(passage, query.tenant));
    let ranked: readonly RetrievedPassage[] | undefined;
    return {
      // On first use: a cache hit needs the trace only.
      get passages() {
        ranked ??= rank().slice(0, limit);
        return ranked;
      },
      trace: {
        fused: firstIds(fused),
        byVector: firstIds(lists.byVector),
        firstFused: firstPlace(fused),
        firstByVector: firstPlace(lists.byVector),
        named: wordsNamed(
          query.text,
          [fused[0], lists.byVector[0]],
          (passage) => wordsOf(passage, query.tenant).stems,
        ),
      },
    };
  };
}

/**
 * Ranks the first passages by the mean of three scores: the fused one, the similarity, and the share of the
 * question's words that they match. Words count by their weight and by how few of the passages have them, so
 * that no statistics of the index are needed, and every store ranks alike.
 */
function rankByWords(
  question: string,
  fused: readonly RetrievedPassage[],
  meaning: WordMeaning,
  wordsOf: (passage: Passage) => SaidWords,
): readonly RetrievedPassage[] {
  const asked = readAsked(question, meaning).slice(0, MATCHED_WORDS);
  const match = createMatcher(meaning);
  const first = fused.slice(0, RERANKED);
  const matches = first.map(({ passage }) => asked.map((word) => match(word, wordsOf(passage))));
  const weights = asked.map(({ weight }, at) => {
    const holding = matches.filter((row) => (row[at] ?? 0) >= SURE_MATCH).length;
    return weight * Math.log(1 + (first.length - holding + 0.5) / (holding + 0.5));
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shareOf = (row: readonly number[]) =>
    total === 0 ? 0 : row.reduce((sum, one, at) => sum + one * (weights[at] ?? 0), 0) / total;
  const ranked = first.map((found, at) => ({
    ...found,
    score: (found.score + Math.max(0, found.similarity ?? 0) + shareOf(matches[at] ?? [])) / 3,
  }));
  return ranked.sort(
    (one, other) => other.score - one.score || (one.passage.id < other.passage.id ? -1 : 1),
  );
}

type PassageList = readonly { readonly passage: Passage }[];

function firstIds(list: PassageList): string[] {
  return list.slice(0, TRACED).map(({ passage }) => passage.id);
}

function firstPlace([first]: PassageList): PassagePlace | null {
  if (first === undefined) return null;
  const { documentId, title, headings } = first.passage;
  return { documentId, headings: [title, ...headings].join("\n") };
}

function wordsNamed(
  question: string,
  first: readonly ({ readonly passage: Passage } | undefined)[],
  stemsOf: (passage: Passage) => ReadonlySet<string>,
): readonly string[] {
  const said = first.map((found) => found && stemsOf(found.passage));
  return [...new Set(contentStems(question))].filter((stem) => said.some((all) => all?.has(stem)));
}

/**
 * Whether a passage is relevant to the question: it is semantically similar, or it contains at least half of
 * the question's content words.
 *
 * @param minSimilarity the embedder's threshold; at or above it the words do not matter
 */
export function isRelevant(
  question: string,
  { passage, similarity }: RetrievedPassage,
  { minSimilarity = RELEVANT_SIMILARITY }: { minSimilarity?: number | undefined } = {},
): boolean {
  if (similarity !== null && similarity >= minSimilarity) return true;
  const asked = new Set(contentStems(question));
  if (asked.size === 0) return false;
  const said = new Set(contentStems(passageContext(passage)));
  const shared = [...asked].filter((word) => said.has(word)).length;
  return shared / asked.size >= RELEVANT_SHARE;
}
