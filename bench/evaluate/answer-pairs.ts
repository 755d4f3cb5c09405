import { join } from "node:path";
import { z } from "zod";
import { extractAnswer } from "../../src/models/extract-answer.ts";
import { readRows } from "./read-rows.ts";

const passageRow = z.object({ id: z.string(), title: z.string(), text: z.string().min(1) });
const queryRow = z.object({
  id: z.string(),
  text: z.string().min(1),
  answers: z.array(z.string()),
  answerability: z.string().optional(),
});
const relevance = z.string().transform((line) => {
  const [query = "", passage = ""] = line.split("\t");
  return { query, passage };
});

/** Two answers from one document, labelled as equivalent or different. */
export interface AnswerPair {
  readonly one: string;
  readonly other: string;
}

/** Pairs with the same construction. */
export interface PairSet {
  readonly name: string;
  readonly same: boolean;
  readonly pairs: readonly AnswerPair[];
}

/**
 * The pair sets of a folder. None has two answers of a language model to one question; each set is a stand-in
 * in one respect, which its name says.
 */
export async function readAnswerPairs(folder: string): Promise<readonly PairSet[]> {
  const conversations = await readConversations(join(folder, "rag", "mtrag", "queries.jsonl"));
  const written = conversations.flat().map(({ text }) => text);
  const rewordings = await answerQueries(join(folder, "rag", "stackfaq"));
  const paragraphs = await answerQueries(join(folder, "rag", "squad2"));
  const people = await readPeople(join(folder, "rag", "stackfaq", "corpus.jsonl"));
  const set = (name: string, same: boolean, pairs: readonly AnswerPair[]) => ({
    name,
    same,
    pairs,
  });
  return [
    set("two people, one question", true, people.flatMap(pairUp)),
    set("offline model, two rewordings", true, rewordings.flatMap(pairUp)),
    set("written by a model, and its first half", true, written.flatMap(cutInHalf)),
    set("written by a model, two questions of a talk", false, conversations.flatMap(pairUp)),
    set("offline model, two questions on a paragraph", false, paragraphs.flatMap(pairDifferent)),
    set("written by a model, and with another number", false, written.flatMap(changeNumber)),
  ];
}

interface Answered {
  readonly text: string;
  /** The expected answer in the data. */
  readonly right: string;
}

/** Excludes texts with an identical sentence: they are similar whatever the rest says. */
function pairUp(group: readonly Answered[]): AnswerPair[] {
  return group.flatMap(({ text: one }, index) =>
    group
      .slice(index + 1)
      .filter(({ text }) => !shareSentence(one, text))
      .map(({ text: other }) => ({ one, other })),
  );
}

/** Pairs of questions with different expected answers. */
function pairDifferent(group: readonly Answered[]): AnswerPair[] {
  const byRight = new Map(group.map((answered) => [answered.right, answered]));
  return pairUp([...byRight.values()]);
}

function shareSentence(one: string, other: string): boolean {
  const sentences = new Set(sentencesOf(one));
  return sentencesOf(other).some((sentence) => sentences.has(sentence));
}

/** A StackFAQ passage contains the answers of several people. */
async function readPeople(file: string): Promise<Answered[][]> {
  const rows = await readRows(file, passageRow);
  return rows.map(({ text }) => text.split("\n\n").map(toAnswered));
}

const toAnswered = (text: string): Answered => ({ text, right: text });

/** Answered turns by conversation. A turn's id starts with the conversation id. */
async function readConversations(file: string): Promise<Answered[][]> {
  const conversations = new Map<string, Answered[]>();
  for (const { id, answers, answerability } of await readRows(file, queryRow)) {
    const [answer] = answers;
    if (answer === undefined || answerability !== "ANSWERABLE") continue;
    const name = id.split("<::>")[0] ?? id;
    conversations.set(name, [...(conversations.get(name) ?? []), toAnswered(answer)]);
  }
  return [...conversations.values()];
}

/** Answers of the offline model to each question from its right passage, by passage. */
async function answerQueries(folder: string): Promise<Answered[][]> {
  const passages = await readRows(join(folder, "corpus.jsonl"), passageRow);
  const texts = new Map(passages.map((passage) => [passage.id, passage]));
  const right = new Map(
    (await readRows(join(folder, "qrels.tsv"), relevance, { header: true, json: false })).map(
      ({ query, passage }) => [query, passage],
    ),
  );
  const answered = new Map<string, Answered[]>();
  for (const { id, text, answers } of await readRows(join(folder, "queries.jsonl"), queryRow)) {
    const passage = texts.get(right.get(id) ?? "");
    const [known] = answers;
    if (passage === undefined || known === undefined) continue;
    const said = extractAnswer(text, [{ number: 1, title: passage.title, text: passage.text }]);
    if (said === undefined) continue;
    const group = answered.get(passage.id) ?? [];
    answered.set(passage.id, [...group, { text: said, right: known.trim().toLowerCase() }]);
  }
  return [...answered.values()];
}

function sentencesOf(text: string): string[] {
  return text
    .replaceAll(/ ?\[\d+\]/g, "")
    .split(/(?<=[.!?]) +(?=[A-Z])/)
    .map((sentence) => sentence.trim());
}

function cutInHalf(answer: string): AnswerPair[] {
  const sentences = sentencesOf(answer);
  if (sentences.length < 2) return [];
  const half = sentences.slice(0, Math.ceil(sentences.length / 2)).join(" ");
  return [{ one: answer, other: half }];
}

/** Doubles the first number with two or more digits. */
function changeNumber(answer: string): AnswerPair[] {
  const [number] = /(?<![\w.,-])\d{2,}(?![\w,-]|\.\d)/.exec(answer) ?? [];
  if (number === undefined) return [];
  return [{ one: answer, other: answer.replaceAll(number, String(Number(number) * 2)) }];
}
