import { answerEntrySchema, judgementsSchema } from "./answer-entry-schema.ts";
import type { AnswerEntry, Judgement } from "./types.ts";

/** The fields of a hash that an entry is read from: what may change stands beside the rest. */
export const ENTRY_FIELDS = ["entry", "knowledge", "quarantined", "judgements"];

/** The fields that `parseEntry` reads. */
export function entryFields({ judgements = [], ...entry }: AnswerEntry): Record<string, string> {
  return {
    entry: JSON.stringify(entry),
    knowledge: entry.knowledgeVersion,
    quarantined: entry.isQuarantined ? "1" : "0",
    judgements: judgements.length === 0 ? "" : JSON.stringify(judgements),
  };
}

/** The entry in a hash's fields; undefined where there is none, or one of another form. */
export function parseEntry(fields: Readonly<Record<string, unknown>>): AnswerEntry | undefined {
  const { entry: text, knowledge, quarantined, judgements } = fields;
  if (typeof text !== "string") return undefined;
  try {
    const entry = answerEntrySchema.parse(JSON.parse(text));
    return {
      ...entry,
      knowledgeVersion: typeof knowledge === "string" ? knowledge : entry.knowledgeVersion,
      isQuarantined: typeof quarantined === "string" ? quarantined === "1" : entry.isQuarantined,
      ...parseJudgements(judgements),
    };
  } catch {
    return undefined;
  }
}

function parseJudgements(text: unknown): { judgements?: readonly Judgement[] } {
  if (typeof text !== "string" || text === "") return {};
  return { judgements: judgementsSchema.parse(JSON.parse(text)) };
}
