import { z } from "zod";
import { visibleText } from "../visible-text.ts";
import type { Profile } from "./types.ts";

const MAX_FIELDS = 50;
const MAX_CHARACTERS = 1_000;

const value = z.union(
  [
    z
      .string()
      .max(MAX_CHARACTERS, `must have at most ${MAX_CHARACTERS} characters`)
      .refine((text) => !text.includes("\0") && !/\p{Cs}/u.test(text), "must be text")
      .overwrite(visibleText),
    z.number(),
    z.boolean(),
  ],
  { error: "must be text, a number, true or false" },
);

const name = z
  .string()
  .regex(
    /^[\p{L}\p{N}_][\p{L}\p{N}_ .-]{0,63}$/u,
    "must be a name of 1 to 64 letters, digits and _",
  );

/** A whole profile. */
export const profileSchema = z
  .record(name, value)
  .refine((profile) => Object.keys(profile).length <= MAX_FIELDS, {
    message: `must have at most ${MAX_FIELDS} fields`,
  })
  .meta({ id: "Profile", description: "A flat object of names and values" });

/** A change of fields; null removes one. */
export const profilePatchSchema = z
  .record(
    name,
    z.union([value, z.null()], { error: "must be text, a number, true, false or null" }),
  )
  .meta({ id: "ProfilePatch", description: "Fields to change; null removes one" });

/** @throws Error if the text is not a profile */
export function readProfile(json: string): Profile {
  return profileSchema.parse(JSON.parse(json));
}
