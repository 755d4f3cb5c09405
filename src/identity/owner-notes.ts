import type { ConversationKey } from "../history/types.ts";

/** Whose a conversation is, as it is noted. */
export interface OwnerNote {
  /** Empty: nobody's. */
  readonly owner: string;
  /** False until the record was asked: whoever was first holds the conversation so far. */
  readonly isSettled: boolean;
}

/**
 * Whose conversations are, noted beside their windows for as long as these last, so that the record need
 * not be asked for each question. Shared by all replicas where the windows are.
 */
export interface OwnerNotes {
  /** Notes this owner, not settled, where there is no note; gives what is noted then. Of many at once one wins. */
  claim(key: ConversationKey, owner: string): Promise<OwnerNote>;
  find(key: ConversationKey): Promise<OwnerNote | undefined>;
  /** Notes whose it is for certain. */
  settle(key: ConversationKey, owner: string): Promise<void>;
}

/** An unsettled owner is written with this before it; no owner begins so. */
const UNSETTLED = "?";

export function encodeNote({ owner, isSettled }: OwnerNote): string {
  return isSettled ? owner : UNSETTLED + owner;
}

export function decodeNote(text: string): OwnerNote {
  return text.startsWith(UNSETTLED)
    ? { owner: text.slice(UNSETTLED.length), isSettled: false }
    : { owner: text, isSettled: true };
}
