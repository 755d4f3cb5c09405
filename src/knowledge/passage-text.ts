import type { Passage } from "./types.ts";

/** What a passage says: its lead, and its text. */
export function passageText({ lead, text }: Pick<Passage, "lead" | "text">): string {
  return lead === undefined ? text : `${lead}\n${text}`;
}

/** What is embedded: a passage with the title and headings that say what it is about. */
export function passageContext(passage: Passage): string {
  return [passage.title, ...passage.headings, passageText(passage)].join("\n");
}
