import { z } from "zod";
import { RepriseError } from "../errors.ts";

/** Text from a client's cursor. Must not contain NUL or lone surrogates, which PostgreSQL rejects. */
export const cursorText = z.string().refine((text) => !/[\0\p{Surrogate}]/u.test(text));

/** Encodes the position after which the next page starts. */
export function toCursor(place: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

/** @throws RepriseError `invalid_request` when it is not a cursor of this listing */
export function readCursor<Place>(cursor: string, schema: z.ZodType<Place>): Place {
  const parsed = schema.safeParse(parseJson(Buffer.from(cursor, "base64url").toString("utf8")));
  if (parsed.success) return parsed.data;
  const message = "is not a cursor of this listing";
  throw new RepriseError("invalid_request", `cursor ${message}.`, {
    details: [{ param: "cursor", message }],
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
