import { saysNotInDocuments } from "../../src/chat/citations.ts";
import type { ChatReply } from "../../src/chat/types.ts";
import { createChatModel } from "../../src/models/chat-model.ts";
import { createTokenCounter } from "../../src/models/count-tokens.ts";
import { inlineDocumentReader } from "../../src/knowledge/document-reader.ts";
import { loadFolder } from "../../src/knowledge/load-folder.ts";
import type { Columns } from "./columns.ts";
import type { AnswerRow } from "./rows.ts";
import type { System } from "./system.ts";

/** Grades of an answer; a grade is stored as its index. */
export const ANSWER_GRADES = ["right", "partial", "wrong", "refused"] as const;
export type AnswerGrade = (typeof ANSWER_GRADES)[number];

/** Asks the offline model about the sample documents. Returns the grade index of each answer. */
export async function askAnswers(rows: readonly AnswerRow[], system: System): Promise<Columns> {
  const { config } = system;
  const { chat, builtinModelDir } = config;
  const settings = { ...chat, builtinModelDir, model: "offline-extractive" };
  const model = await createChatModel(settings, createTokenCounter(settings.model));
  const { documents: corpus } = await loadFolder(config.knowledgeDir, inlineDocumentReader);
  const service = await system.openService({ corpus, model });
  const grades: number[] = [];
  for (const row of rows) {
    const { question: message, history } = row;
    // Bypasses cached answers: the model generates each one.
    const reply = await service.ask({ message, history, mode: "refresh" });
    grades.push(ANSWER_GRADES.indexOf(gradeAnswer(row, reply)));
  }
  await service.close();
  return [grades];
}

/**
 * `refused`: says that the documents have no answer. `wrong`: a forbidden pattern, or none of the facts.
 * `partial`: some of the facts. Small talk is right without a citation.
 */
export function gradeAnswer(
  { facts, forbidden, kind, answerable }: AnswerRow,
  { answer, citations }: Pick<ChatReply, "answer" | "citations">,
): AnswerGrade {
  if (saysNotInDocuments(answer)) return "refused";
  const isSmallTalk = kind === "small_talk";
  const text = isSmallTalk ? answer : clean(answer);
  if (forbidden.some((pattern) => pattern.test(text))) return "wrong";
  if (!answerable || (isSmallTalk && citations.length > 0)) return "wrong";
  const found = facts.filter((pattern) => pattern.test(text)).length;
  if (found === facts.length) return "right";
  return found > 0 ? "partial" : "wrong";
}

function clean(answer: string): string {
  return answer
    .replaceAll(/\[\d+(?:\s*,\s*\d+)*\]/g, "")
    .replaceAll(/[*`|]/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();
}
