/** Questions replayed in order. */
export interface StreamCount {
  readonly rows: number;
  /** Questions that were cache hits. */
  readonly hits: number;
  /** Hits on a question of another cluster. */
  readonly wrong: number;
  /** Wrong hits whose two questions are labelled as a different pair. */
  readonly wrongLabelled: number;
}

/** A plain threshold with its results. Null: no threshold is good enough. */
export interface PlainCount extends StreamCount {
  readonly threshold: number | null;
}

/** Results of one stream for each kind of cache. */
export interface StreamResult {
  readonly plain95: PlainCount;
  /** The plain threshold with the most hits at a wrong-hit rate of at most 1 %. */
  readonly bestPlain: PlainCount;
  readonly reprise: StreamCount & {
    /** Correct hits of plain 0.95. */
    readonly plainRight: number;
    /** Of these, correct hits here too. */
    readonly plainRightKept: number;
  };
}

/** Pairs of questions, and how many would get each other's answer. */
export interface PairCount {
  readonly same: number;
  readonly sameServed: number;
  readonly different: number;
  readonly differentServed: number;
}

/** Counts of all rows, and of each kind. */
export type ByKind<Count> = Count & { readonly byKind: Readonly<Record<string, Count>> };

export type PairResult = ByKind<PairCount>;

/** Pairs with plain 0.95 and with Reprise. */
export interface ComparedPairs {
  readonly plain95: PairResult;
  readonly reprise: PairResult;
}

/** Turns of conversations. */
export interface TurnCount {
  /** Turns that depend on earlier messages. */
  readonly needContext: number;
  /** Of these, excluded from the shared cache. */
  readonly recognised: number;
  /** Standalone first turns. */
  readonly selfContained: number;
  /** Of these, excluded from the shared cache. */
  readonly flagged: number;
  /** The same words in two conversations with different meanings. */
  readonly collisions: number;
  /** Of these, served the other conversation's answer. */
  readonly wrong: number;
}

/** Shares of the queries with a right passage, 0..1. */
export interface RetrievalResult {
  readonly queries: number;
  /** A right document ranks first. */
  readonly hit1: number;
  /** A right document is in the first five. */
  readonly hit5: number;
  /** Mean of 1 / rank of the first right document; 0 beyond rank ten. */
  readonly mrr10: number;
}

/** Last messages of conversations, by whether an answer to their words alone may be shared. */
export interface SharingCount {
  readonly unshareable: number;
  /** Of these, read or write the answer to their words alone. */
  readonly unshareableShared: number;
  readonly shareable: number;
  /** Of these, not served the answer to their words alone. */
  readonly shareableHeld: number;
}

/** Private messages, and messages that look private. */
export interface PrivateCount {
  readonly private: number;
  /** Looked up in the shared cache, or stored in it. */
  readonly privateShared: number;
  readonly lookAlikes: number;
  /** Not both looked up and stored. */
  readonly lookAlikesHeld: number;
}

/** Tasks on a given text, and questions. */
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
  /** None of the facts, or a forbidden pattern. */
  readonly wrong: number;
  /** Says that the documents have no answer. */
  readonly refused: number;
  readonly unanswerable: number;
  readonly unanswerableRefused: number;
}

/** Files of many types: acceptance, extracted text, and questions about them. */
export interface FileCount {
  readonly expected: number;
  /** Accepted or rejected as expected. */
  readonly asExpected: number;
  /** Required texts of accepted files, and how many were found. */
  readonly contain: number;
  readonly containHeld: number;
  /** Forbidden texts, and how many are absent. */
  readonly notContain: number;
  readonly notContainHeld: number;
  readonly questions: number;
  /** Questions whose facts are all in passages of the right file among the first five. */
  readonly questionsFound: number;
}

/** Questions of one kind. */
export type FileKindCount = Pick<FileCount, "questions" | "questionsFound">;

type Named<Result> = Readonly<Record<string, Result>>;

/** All results, by file and folder name. */
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
