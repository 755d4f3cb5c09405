import { z } from "zod";
import { RepriseError } from "../errors.ts";

const placeSchema = z.tuple([z.number(), z.string()]);

/** Where a page of answers ended: a time, and what tells apart what has the same time. */
export type ListPlace = z.infer<typeof placeSchema>;

/** The place as clients see it. */
export function toCursor(place: ListPlace): string {
  return Buffer.from(JSON.stringify(place)).toString("base64url");
}

/** @throws RepriseError `invalid_request` when it is no cursor of a listing */
export function readCursor(cursor: string): ListPlace {
  const parsed = placeSchema.safeParse(parse(Buffer.from(cursor, "base64url").toString("utf8")));
  if (parsed.success && toCursor(parsed.data) === cursor) return parsed.data;
  const message = "is not a cursor of this listing";
  throw new RepriseError("invalid_request", `cursor ${message}.`, {
    details: [{ param: "cursor", message }],
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
