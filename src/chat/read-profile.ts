import { hashText } from "./hash-text.ts";
import type { ChatDependencies, Turn } from "./turn.ts";

/** What is known of the person who asks, on its way into prompt and scope. */
export interface KnownProfile {
  readonly userId: string;
  /** The profile as JSON, its names in order. */
  readonly text: string;
  /** Of the text: a changed profile is another scope. */
  readonly hash: string;
}

/** Undefined when nobody is named, or nothing is known of them: then nothing of them is in the prompt. */
export async function readProfile(
  turn: Turn,
  { profiles }: ChatDependencies,
): Promise<KnownProfile | undefined> {
  const { tenant, userId } = turn.request;
  if (userId === undefined) return undefined;
  const profile = await turn.attempt("profile", () => profiles.read({ tenant, userId }), undefined);
  if (profile === undefined) return undefined;
  const names = Object.keys(profile).toSorted();
  if (names.length === 0) return undefined;
  const text = JSON.stringify(Object.fromEntries(names.map((name) => [name, profile[name]])));
  return { userId, text, hash: hashText(text) };
}
