import { z } from "zod";

/** Matches nothing. */
export const NEVER = /(?!)/u;

/**
 * Letters and digits as ranges: `[\p{L}\p{N}]` takes 20 times as long to compile, and the files have more
 * than a thousand boundaries. The same characters in Latin, Chinese and Japanese; in other scripts marks and
 * signs count as letters too.
 */
export const LETTERS_AND_DIGITS =
  "0-9A-Za-z\\u00aa\\u00b2\\u00b3\\u00b5\\u00b9\\u00ba\\u00bc-\\u00be\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02c1" +
  "\\u0370-\\u1fff\\u3005-\\u3007\\u3021-\\u3029\\u3031-\\u3035\\u3038-\\u303c\\u3041-\\u3096\\u309d-\\u309f" +
  "\\u30a1-\\u30fa\\u30fc-\\u30ff\\u3105-\\u31ff\\u3400-\\u4dbf\\u4e00-\\ud7ff\\uf900-\\ufdff\\uff10-\\uff19" +
  "\\uff21-\\uff3a\\uff41-\\uff5a\\uff66-\\uffdc\\u{10000}-\\u{1efff}\\u{20000}-\\u{3ffff}";

const CHARACTER = `[${LETTERS_AND_DIGITS}]`;

/** `\b` of a pattern is a boundary of letters and digits of any script. */
const BOUNDARY = `(?:(?<=${CHARACTER})(?!${CHARACTER})|(?<!${CHARACTER})(?=${CHARACTER}))`;

function compile(source: string, context: z.RefinementCtx): RegExp {
  try {
    return new RegExp(source.replaceAll("\\b", BOUNDARY), "u");
  } catch (error) {
    context.addIssue({ code: "custom", message: `${source}: ${String(error)}` });
    return z.NEVER;
  }
}

/** A list of words. */
export const words = z
  .array(z.string().min(1))
  .transform((list): ReadonlySet<string> => new Set(list));

/** One regular expression. */
export const pattern = z.string().transform(compile);

/** Several regular expressions as one; an empty list, or none, matches nothing. */
export const anyOf = z
  .array(z.string().min(1))
  .transform((list, context) => (list.length === 0 ? NEVER : compile(list.join("|"), context)))
  .default(NEVER);

/** Phrases as one pattern, the longest first. */
export const phrases = (before: string) =>
  z.array(z.string().min(1)).transform((list) => {
    if (list.length === 0) return NEVER;
    const longestFirst = list.toSorted((a, b) => b.length - a.length);
    return new RegExp(`${before}(?:${longestFirst.join("|")})(?![${LETTERS_AND_DIGITS}'])`, "u");
  });
