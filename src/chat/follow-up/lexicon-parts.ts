import { z } from "zod";
import { LETTERS_AND_DIGITS, withWordBoundaries } from "./word-boundaries.ts";

/** Matches nothing. */
export const NEVER = /(?!)/u;

function compile(source: string, context: z.RefinementCtx): RegExp {
  try {
    return new RegExp(withWordBoundaries(source), "u");
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

/** Several regular expressions as one; an empty or missing list matches nothing. */
export const anyOf = z
  .array(z.string().min(1))
  .transform((list, context) => (list.length === 0 ? NEVER : compile(list.join("|"), context)))
  .default(NEVER);

/** Phrases as one pattern, longest first. */
export const phrases = (before: string) =>
  z.array(z.string().min(1)).transform((list) => {
    if (list.length === 0) return NEVER;
    const longestFirst = list.toSorted((a, b) => b.length - a.length);
    return new RegExp(`${before}(?:${longestFirst.join("|")})(?![${LETTERS_AND_DIGITS}'])`, "u");
  });
