import { hashText } from "../chat/hash-text.ts";
import type { Profiles } from "../profiles/types.ts";
import type { Asking, KnownProfile } from "./asking.ts";

/** Undefined when nobody is named, or nothing is known of them: then nothing of them is in the prompt. */
export async function readProfile(
  { request, attempt }: Asking,
  { profiles }: { profiles: Pick<Profiles, "read"> },
): Promise<KnownProfile | undefined> {
  const { tenant, userId, caller } = request;
  if (userId === undefined) return undefined;
  const read = () => profiles.read({ tenant, userId, caller });
  const profile = await attempt("profile", read, undefined);
  if (profile === undefined) return undefined;
  const names = Object.keys(profile).toSorted();
  if (names.length === 0) return undefined;
  const text = JSON.stringify(Object.fromEntries(names.map((name) => [name, profile[name]])));
  return { userId, text, hash: hashText(text) };
}
