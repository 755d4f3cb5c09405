import { z } from "zod";

/** A whole number within limits, which are named in the error. */
export const wholeNumber = (least: number, most: number) =>
  z.coerce
    .number(`must be a whole number from ${least} to ${most}`)
    .int(`must be a whole number from ${least} to ${most}`)
    .min(least, `must be at least ${least}`)
    .max(most, `must be at most ${most}`);

/** How requests with tools use the cache (`OPENAI_TOOLS`). */
export const offeredTools = z.enum(
  ["scope", "ignore", "bypass"],
  "must be scope, ignore or bypass",
);
export type OfferedTools = z.infer<typeof offeredTools>;
