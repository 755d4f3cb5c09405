/** Deeper nesting of emphasis is left as it is written. */
export const MAX_DEPTH = 6;

/** The marks within a line. Every repetition is bounded, so that no text takes long to match. */
export const INLINE = new RegExp(
  [
    "(?<code>`[^`\\n]{1,2000}`)",
    "(?<cite>\\[\\d{1,3}(?:\\s*,\\s*\\d{1,3})*\\](?!\\())",
    "\\[(?<label>[^\\[\\]\\n]{1,300})\\]\\((?<address>[^()\\s]{1,2000})\\)",
    "\\*\\*(?=\\S)(?<bold>[^\\n]{1,2000}?)\\*\\*",
    "\\*(?=[^\\s*])(?<italic>[^*\\n]{1,2000})\\*",
    "(?<!\\w)_(?=[^\\s_])(?<under>[^_\\n]{1,2000})_(?!\\w)",
    "(?<bare>https?:\\/\\/[^\\s<>\"'`()\\[\\]*]{1,2000}[^\\s<>\"'`()\\[\\]*.,;:!?])",
  ].join("|"),
  "g",
);

/** What a mark is made of, by the names in `INLINE`. */
export type Groups = Readonly<Record<string, string | undefined>>;

/** Whether it leads to a whole address with http or https. */
export function isLink({ bare = "", address = bare }: Groups): boolean {
  return /^https?:\/\//i.test(address) && URL.canParse(address);
}
