/** Joins the non-empty patterns into one source; undefined if there are none. */
export function unionOf(patterns: readonly RegExp[]): string | undefined {
  const sources = patterns.map(({ source }) => source).filter((source) => source !== "(?!)");
  return sources.length === 0 ? undefined : sources.join("|");
}

/** Compiles a source; undefined matches nothing. */
export function toPattern(source: string | undefined, flags = "u"): RegExp {
  return source === undefined ? /(?!)/u : new RegExp(source, flags);
}

/** A capitalised name: "Ann", "Jean-Luc". */
export const NAME = "\\p{Lu}[\\p{L}'’]{1,30}(?:-\\p{Lu}[\\p{L}'’]{1,30})?";
const PARTICLE = "(?:(?:de|van|von|der|den|di|da|dos|del|della|la|le|al|bin)\\s+){0,3}";
/** Titles and initials before a name. */
export const TITLE =
  "(?:(?:Dr|Mr|Mrs|Ms|Prof|Herr|Frau|Mme|M|Sr|Sra|Dhr|Mevr|Fam|Familie|[Ff]amily)\\.?\\s+|\\p{Lu}\\.\\s*){0,3}";
/** A first name and a last name. */
export const TWO_NAMES = `${NAME}\\s+${PARTICLE}${NAME}`;
