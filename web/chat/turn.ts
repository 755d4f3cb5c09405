import { signal, type Signal } from "@preact/signals";
import type { CacheOutcome, ChatReply, Citation } from "../api/types.ts";
import type { AnswerFigures } from "./answer-figures.ts";

/** How a question was asked: `bypass` neither reads nor writes the cache, `refresh` writes only. */
export type CacheMode = "default" | "bypass" | "refresh";

/** What is known of an answer; a past one has less of it. */
export interface Answer {
  /** `waiting`: for its first words; `lost`: the connection is, and is being tried again. */
  readonly phase: "waiting" | "coming" | "lost" | "ended" | "failed";
  readonly text: string;
  readonly messageId: string | undefined;
  readonly citations: readonly Citation[];
  readonly cache: CacheOutcome | undefined;
  /** Whole; undefined of an answer of the past. */
  readonly reply: ChatReply | undefined;
  /** Once it has ended, as far as they are known. */
  readonly figures: AnswerFigures | undefined;
  /** Status and tier of an answer of the past. */
  readonly past: PastAnswer | undefined;
  readonly problem: string | undefined;
}

export interface PastAnswer {
  readonly status: string;
  readonly tier: string | null;
  readonly finishReason: string;
  readonly model: string;
  readonly createdAt: string;
}

/** A question with its answer. */
export interface Turn {
  /** In this page only. */
  readonly key: number;
  readonly question: string;
  readonly answer: Signal<Answer>;
}

export const WAITING: Answer = {
  phase: "waiting",
  text: "",
  messageId: undefined,
  citations: [],
  cache: undefined,
  reply: undefined,
  figures: undefined,
  past: undefined,
  problem: undefined,
};

let count = 0;

export function createTurn(question: string, answer: Answer = WAITING): Turn {
  count += 1;
  return { key: count, question, answer: signal(answer) };
}

/** Whether words are still expected. */
export function isUnderWay({ phase }: Answer): boolean {
  return phase === "waiting" || phase === "coming" || phase === "lost";
}
