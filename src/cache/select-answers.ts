import { z } from "zod";
import { contentStems } from "../language/words.ts";
import type { AnswerEntry, AnswerListing, AnswerSelection } from "./types.ts";

/** Distinct words of a search that are looked at, the first ones. */
const MAX_SEARCHED_WORDS = 32;

/** Where a page ended: a time, and the ids that tell apart what has the same time. */
export const LIST_PLACE = z.tuple([z.number(), z.string()]);

/** The words by which an entry is found, each once. */
export function wordsOfEntry({ question, answer }: AnswerEntry): string[] {
  return [...new Set(contentStems(`${question}\n${answer}`))];
}

/** The words that a search wants; none where the text has no content words. */
export function searchedWords(text: string): string[] {
  return [...new Set(contentStems(text))].slice(0, MAX_SEARCHED_WORDS);
}

/** The documents that an entry was made from, each once. */
export function documentsOf({ evidence }: Pick<AnswerEntry, "evidence">): string[] {
  return [...new Set(evidence.map(({ documentId }) => documentId))];
}

/** Whether an entry is of a selection. */
export function isSelected(entry: AnswerEntry, selection: AnswerSelection): boolean {
  const { tenant, documentId, conversationId, expiresBefore = Infinity } = selection;
  if (entry.tenant !== tenant || entry.expiresAt >= expiresBefore) return false;
  if (conversationId !== undefined && entry.conversationId !== conversationId) return false;
  return documentId === undefined || documentsOf(entry).includes(documentId);
}

/** Whether an entry is wanted in a listing. */
export function isListed(entry: AnswerEntry, listing: AnswerListing): boolean {
  if (!isSelected(entry, listing)) return false;
  if (listing.text === undefined) return true;
  const wanted = searchedWords(listing.text);
  if (wanted.length === 0) return false;
  const known = new Set(wordsOfEntry(entry));
  return wanted.every((word) => known.has(word));
}
