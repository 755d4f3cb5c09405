/** Questions replayed in order. */
export interface StreamCount {
  readonly rows: number;
  /** Questions that were served a stored answer. */
  readonly hits: number;
  /** Hits whose stored question is of another cluster. */
  readonly wrong: number;
  /** Those of them whose two questions stand as a pair that is labelled different. */
  readonly wrongLabelled: number;
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
  readonly reprise: StreamCount & {
    /** Right hits of plain 0.95. */
    readonly plainRight: number;
    /** Those of them that are served here too, and rightly. */
    readonly plainRightKept: number;
  };
}

/** Pairs of questions, and how many would be served one another's answer. */
export interface PairCount {
  readonly same: number;
  readonly sameServed: number;
  readonly different: number;
  readonly differentServed: number;
}

/** Counts of all rows, and of each kind. */
export type ByKind<Count> = Count & { readonly byKind: Readonly<Record<string, Count>> };

export type PairResult = ByKind<PairCount>;

/** Pairs under plain 0.95 and under Reprise. */
export interface ComparedPairs {
  readonly plain95: PairResult;
  readonly reprise: PairResult;
}

/** Turns of conversations. */
export interface TurnCount {
  /** Turns that cannot be understood without what was said before. */
  readonly needContext: number;
  /** Those of them that are held back from the shared cache. */
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

/** Last messages of conversations, by whether an answer to their words alone may be shared. */
export interface SharingCount {
  readonly unshareable: number;
  /** Those that read or write the answer to their words alone. */
  readonly unshareableShared: number;
  readonly shareable: number;
  /** Those that are not served the answer to their words alone. */
  readonly shareableHeld: number;
}

/** Messages with what is nobody else's business, and those that look like it. */
export interface PrivateCount {
  readonly private: number;
  /** Looked up in the shared cache, or stored in it. */
  readonly privateShared: number;
  readonly lookAlikes: number;
  /** Not both looked up and stored. */
  readonly lookAlikesHeld: number;
}

/** Messages that are work on a text, and questions. */
export interface TaskCount {
  readonly tasks: number;
  /** Looked up in the shared cache, or stored in it. */
  readonly tasksLookedUp: number;
  readonly questions: number;
  /** Not both looked up and stored. */
  readonly questionsHeld: number;
}

/** Answers of the offline model about the sample documents. */
export interface AnswerCount {
  readonly answerable: number;
  /** All facts, nothing forbidden. */
  readonly right: number;
  readonly partial: number;
  /** No fact, or something forbidden. */
  readonly wrong: number;
  /** Said not to be in the documents. */
  readonly refused: number;
  readonly unanswerable: number;
  readonly unanswerableRefused: number;
}

/** Files of many types: taken and refused, what their text holds, and questions about them. */
export interface FileCount {
  readonly expected: number;
  /** Accepted or refused as expected. */
  readonly asExpected: number;
  /** Texts that the passages of accepted files must hold, and those that they do. */
  readonly contain: number;
  readonly containHeld: number;
  /** Texts that they must not hold, and those that they do not. */
  readonly notContain: number;
  readonly notContainHeld: number;
  readonly questions: number;
  /** Those for which the passages of the right file among the first five hold all facts. */
  readonly questionsFound: number;
}

/** Questions of one kind. */
export type FileKindCount = Pick<FileCount, "questions" | "questionsFound">;

type Named<Result> = Readonly<Record<string, Result>>;

/** All that was measured; names are those of files and folders. */
export interface Evaluation {
  readonly streams: Named<StreamResult>;
  readonly pairs: Named<ComparedPairs>;
  readonly multiturn: Named<TurnCount>;
  readonly rag: Named<RetrievalResult>;
  readonly realistic: {
    /** Preambles, languages and forms. */
    readonly pairs: Named<ComparedPairs>;
    readonly conversations?: ByKind<SharingCount> | undefined;
    readonly private?: ByKind<PrivateCount> | undefined;
    readonly tasks?: ByKind<TaskCount> | undefined;
  };
  readonly fow: {
    readonly pairs?: ComparedPairs | undefined;
    readonly conversations?: PairResult | undefined;
    readonly conversationsRewritten?: PairResult | undefined;
  };
  readonly answers?: ByKind<AnswerCount> | undefined;
  readonly files?: (FileCount & { readonly byKind: Named<FileKindCount> }) | undefined;
}
