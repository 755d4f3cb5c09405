import { z } from "zod";

/** A whole number of the environment, within bounds that are part of its error. */
export const wholeNumber = (least: number, most: number) =>
  z.coerce
    .number(`must be a whole number from ${least} to ${most}`)
    .int(`must be a whole number from ${least} to ${most}`)
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`);

/** What becomes of the cache where an OpenAI client offers tools. */
export const offeredTools = z.enum(
  ["scope", "ignore", "bypass"],
  "must be scope, ignore or bypass",
);
export type OfferedTools = z.infer<typeof offeredTools>;
