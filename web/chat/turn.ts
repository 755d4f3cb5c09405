import { signal, type Signal } from "@preact/signals";
import type { CacheOutcome, ChatReply, Citation } from "../api/types.ts";
import type { AnswerFigures } from "./answer-figures.ts";

/** How a question was asked: `bypass` neither reads nor writes the cache, `refresh` writes only. */
export type CacheMode = "default" | "bypass" | "refresh";

/** The state of an answer; past answers have fewer fields. */
export interface Answer {
  /** `waiting`: for the first text; `lost`: reconnecting. */
  readonly phase: "waiting" | "coming" | "lost" | "ended" | "failed";
  readonly text: string;
  readonly messageId: string | undefined;
  readonly citations: readonly Citation[];
  readonly cache: CacheOutcome | undefined;
  /** The complete reply; undefined for a past answer. */
  readonly reply: ChatReply | undefined;
  /** Set once the answer has ended, if known. */
  readonly figures: AnswerFigures | undefined;
  /** Status and tier of a past answer. */
  readonly past: PastAnswer | undefined;
  readonly problem: string | undefined;
  /** The reader's rating; undefined if there is none. */
  readonly rating: "up" | "down" | undefined;
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
  /** Unique within this page only. */
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
  rating: undefined,
};

let count = 0;

export function createTurn(question: string, answer: Answer = WAITING): Turn {
  count += 1;
  return { key: count, question, answer: signal(answer) };
}

/** Whether more text is expected. */
export function isInProgress({ phase }: Answer): boolean {
  return phase === "waiting" || phase === "coming" || phase === "lost";
}
