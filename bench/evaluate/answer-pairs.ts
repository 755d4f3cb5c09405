import { join } from "node:path";
import { z } from "zod";
import { saysNotInDocuments } from "../../src/chat/citations.ts";
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

/** Two answers that lean on one document, of which it is known whether they say the same. */
export interface AnswerPair {
  readonly one: string;
  readonly other: string;
}

/** Pairs that came to be in one way. */
export interface PairSet {
  readonly name: string;
  readonly same: boolean;
  readonly pairs: readonly AnswerPair[];
}

/**
 * The sets of a folder. None is what a language model says twice: each is near to it in one respect
 * only, which its name says.
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
  /** What the data has for an answer. */
  readonly right: string;
}

/** Texts that share a sentence word for word are left out: they are alike whatever they say. */
function pairUp(group: readonly Answered[]): AnswerPair[] {
  return group.flatMap(({ text: one }, index) =>
    group
      .slice(index + 1)
      .filter(({ text }) => !shareSentence(one, text))
      .map(({ text: other }) => ({ one, other })),
  );
}

/** Of questions whose right answers differ. */
function pairDifferent(group: readonly Answered[]): AnswerPair[] {
  const byRight = new Map(group.map((answered) => [answered.right, answered]));
  return pairUp([...byRight.values()]);
}

function shareSentence(one: string, other: string): boolean {
  const sentences = new Set(sentencesOf(one));
  return sentencesOf(other).some((sentence) => sentences.has(sentence));
}

/** Answers of different people stand below each other in a passage of StackFAQ. */
async function readPeople(file: string): Promise<Answered[][]> {
  const rows = await readRows(file, passageRow);
  return rows.map(({ text }) => text.split("\n\n").map(toAnswered));
}

const toAnswered = (text: string): Answered => ({ text, right: text });

/** The answers of each conversation to questions that have one; its id stands before the turn's. */
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

/** What the offline model makes of the right passage for each question, by passage. */
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
    if (saysNotInDocuments(said)) continue;
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

/** The first number of two digits or more, wherever it stands, as its double. */
function changeNumber(answer: string): AnswerPair[] {
  const [number] = /(?<![\w.,-])\d{2,}(?![\w,-]|\.\d)/.exec(answer) ?? [];
  if (number === undefined) return [];
  return [{ one: answer, other: answer.replaceAll(number, String(Number(number) * 2)) }];
}
