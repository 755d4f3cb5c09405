/** Maximum nesting of emphasis; deeper marks stay text. */
export const MAX_DEPTH = 6;

/** Inline marks. Every repetition is bounded, so that no text is slow to match. */
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

/** The named groups of a match of `INLINE`. */
export type Groups = Readonly<Record<string, string | undefined>>;

/** Whether a link is an absolute http or https URL. */
export function isLink({ bare = "", address = bare }: Groups): boolean {
  return /^https?:\/\//i.test(address) && URL.canParse(address);
}
