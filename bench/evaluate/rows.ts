import { z } from "zod";
import type { ChatMessage } from "../../src/history/types.ts";

export const streamRow = z.object({ cluster: z.string(), text: z.string().min(1) });

export const pairRow = z.object({
  a: z.string().min(1),
  b: z.string().min(1),
  same: z.union([z.literal(0), z.literal(1)]),
  kind: z.string().default("all"),
});

const said = z.object({
  /** From 1. */
  turn: z.number().int().min(1).default(1),
  /** Earlier messages, oldest first: questions and answers, or questions only. */
  history: z.array(z.string()),
  /** The standalone question. */
  rewrite: z.string().min(1),
});
const side = said.transform(({ turn, history, rewrite }) => ({
  history: toMessages(history, turn),
  rewrite,
}));
export const turnRow = said
  .extend({ question: z.string().min(1) })
  .transform(({ turn, history, ...row }) => ({ ...row, history: toMessages(history, turn) }));
export const collisionRow = z.object({ question: z.string().min(1), a: side, b: side });

export const passageRow = z.object({ id: z.string(), title: z.string(), text: z.string().min(1) });
export const queryRow = z.object({ id: z.string(), text: z.string().min(1) });

const messages = z.array(z.object({ role: z.enum(["user", "assistant"]), content: z.string() }));

/** A message in its conversation: may an answer to its words alone be shared? */
export const conversationRow = z.object({
  history: messages,
  question: z.string().min(1),
  kind: z.string(),
  shareable: z.boolean(),
});

/** 1: contains private information. */
export const privateRow = z.object({
  message: z.string().min(1),
  private: z.union([z.literal(0), z.literal(1)]),
  kind: z.string(),
});

/** `task`: not a reader's question. */
export const taskRow = z.object({
  message: z.string().min(1),
  kind: z.enum(["task", "question"]),
});

const isSame = z.boolean().transform((same): 0 | 1 => (same ? 1 : 0));

export const fowPairRow = z
  .object({ category: z.string(), a: z.string().min(1), b: z.string().min(1), same_answer: isSame })
  .transform(({ category: kind, same_answer: same, ...row }): PairRow => ({ ...row, kind, same }));

const talk = messages.min(1).transform((all) => ({
  history: all.slice(0, -1),
  question: all.at(-1)?.content ?? "",
}));

/** Two conversations that end with a question: is one answer right for both? */
export const talkPairRow = z
  .object({ subtype: z.string(), same_answer: isSame, a: talk, b: talk, note: z.string() })
  .transform(({ subtype: kind, same_answer: same, ...row }) => ({ ...row, kind, same }));

const pattern = z.string().transform((source) => new RegExp(source, "i"));

/** A question about the sample documents, and the content of a right answer. */
export const answerRow = z.object({
  question: z.string().min(1),
  history: messages,
  kind: z.string(),
  answerable: z.boolean(),
  documents: z.array(z.string()),
  /** A right answer contains all of them. */
  facts: z.array(pattern),
  /** A right answer contains none of them. */
  forbidden: z.array(pattern),
});

export type StreamRow = z.infer<typeof streamRow>;
export type PairRow = z.infer<typeof pairRow>;
export type TurnRow = z.infer<typeof turnRow>;
export type CollisionRow = z.infer<typeof collisionRow>;
export type PassageRow = z.infer<typeof passageRow>;
export type ConversationRow = z.infer<typeof conversationRow>;
export type PrivateRow = z.infer<typeof privateRow>;
export type TaskRow = z.infer<typeof taskRow>;
export type TalkPairRow = z.infer<typeof talkPairRow>;
export type Talk = TalkPairRow["a"];
export type AnswerRow = z.infer<typeof answerRow>;

/** Expected result of a file. `optional`: the other result is right too. */
export const expectedFileRow = z.object({
  file: z.string(),
  accept: z.boolean(),
  why: z.string().default(""),
  must_contain: z.array(z.string()),
  must_not_contain: z.array(z.string()),
  optional: z.boolean().default(false),
});
export type ExpectedFileRow = z.infer<typeof expectedFileRow>;

/** A question about a file. A right answer contains all facts. */
export const fileQuestionRow = z.object({
  question: z.string().min(1),
  file: z.string(),
  facts: z.array(pattern),
  kind: z.string(),
});
export type FileQuestionRow = z.infer<typeof fileQuestionRow>;

/** A question with the ids of its right passages. */
export interface QueryRow extends z.infer<typeof queryRow> {
  readonly right: ReadonlySet<string>;
}

/** With two texts per earlier turn, questions and answers alternate; otherwise all are questions. */
function toMessages(history: readonly string[], turn: number): ChatMessage[] {
  const hasAnswers = history.length === 2 * (turn - 1);
  return history.map((content, index) => ({
    role: hasAnswers && index % 2 === 1 ? "assistant" : "user",
    content,
  }));
}
