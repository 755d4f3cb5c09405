import { z } from "zod";
import { idSchema, userIdSchema } from "./common-schemas.ts";

/** Ids that are made here: of messages, stored answers and lookups. */
const madeIdSchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, "must have 1 to 200 visible ASCII characters")
  .meta({ description: "As a reply or a listing has it" });

const userPath = z.object({ id: userIdSchema });
const ownPath = z.object({ id: idSchema });
const madePath = z.object({ id: madeIdSchema });

/** What stands for `{id}` in a path: ids that clients choose have their form, others are looked up. */
export function pathSchema(path: string): typeof userPath | typeof ownPath | typeof madePath {
  if (path.startsWith("/v1/users/")) return userPath;
  return /^\/v1\/(?:conversations|documents|ui\/chat)\//.test(path) ? ownPath : madePath;
}
