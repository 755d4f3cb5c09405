import type { Passage } from "./types.ts";

/** A passage's lead and text. */
export function passageText({ lead, text }: Pick<Passage, "lead" | "text">): string {
  return lead === undefined ? text : `${lead}\n${text}`;
}

/** The embedded text of a passage: title, headings, lead and text. */
export function passageContext(passage: Passage): string {
  return [passage.title, ...passage.headings, passageText(passage)].join("\n");
}
