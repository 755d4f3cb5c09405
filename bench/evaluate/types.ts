/** Questions replayed in order. */
export interface StreamCount {
  readonly rows: number;
  /** Questions that were served a stored answer. */
  readonly hits: number;
  /** Hits whose stored question is of another cluster. */
  readonly wrong: number;
}

/** A plain threshold with what it came to; none: no threshold is good enough. */
export interface PlainCount extends StreamCount {
  readonly threshold: number | null;
}

/** One stream under each way of serving stored answers. */
export interface StreamResult {
  readonly plain95: PlainCount;
  /** The plain threshold with the most hits of which at most 1 % are wrong. */
  readonly bestPlain: PlainCount;
  readonly reprise: StreamCount;
}

/** Pairs of questions, and how many would be served one another's answer. */
export interface PairCount {
  readonly same: number;
  readonly sameServed: number;
  readonly different: number;
  readonly differentServed: number;
}

/** Pairs, also by kind. */
export interface PairResult extends PairCount {
  readonly byKind: Readonly<Record<string, PairCount>>;
}

/** Turns of conversations. */
export interface ConversationResult {
  /** Turns that cannot be understood without what was said before. */
  readonly needContext: number;
  /** Those of them that are recognised as follow-ups. */
  readonly recognised: number;
  /** First turns that say all that is asked. */
  readonly selfContained: number;
  /** Those of them that are held back from the shared cache. */
  readonly flagged: number;
  /** The same words in two conversations, meaning different things. */
  readonly collisions: number;
  /** Those of them where one conversation would be served the other's answer. */
  readonly wrong: number;
}

/** Shares of the queries that have a passage, 0..1. */
export interface RetrievalResult {
  readonly queries: number;
  /** A right document is first. */
  readonly hit1: number;
  /** One is among five. */
  readonly hit5: number;
  /** Mean of 1 / rank of the first right document, 0 beyond the tenth. */
  readonly mrr10: number;
}

/** All that was measured; every name is a file's or a folder's. */
export interface Evaluation {
  readonly streams: Readonly<Record<string, StreamResult>>;
  readonly pairs: Readonly<
    Record<string, { readonly plain95: PairResult; readonly reprise: PairResult }>
  >;
  readonly multiturn: Readonly<Record<string, ConversationResult>>;
  readonly rag: Readonly<Record<string, RetrievalResult>>;
}
