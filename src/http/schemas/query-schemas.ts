import { z } from "zod";

const MAX_LIMIT = 100;

/** A number in a query, which is text. */
export function numberInQuery<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess(
    (value) => (typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value),
    schema,
  );
}

/** How many rows a reply may have. */
export function limitSchema(usual: number) {
  const message = `must be a whole number from 1 to ${MAX_LIMIT}`;
  return numberInQuery(z.int(message).min(1, message).max(MAX_LIMIT, message).default(usual));
}

export const listQuerySchema = z.strictObject({
  limit: limitSchema(50),
  cursor: z.string().max(500).optional().meta({ description: "next_cursor of the page before" }),
});

/** Of routes that refuse any query: an unknown parameter may be meant to narrow what they do. */
export const noQuerySchema = z.strictObject({});
