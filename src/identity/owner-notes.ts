import { LRUCache } from "lru-cache";
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

/** Notes in this process. @param maxNotes default 20,000, twice the windows that are kept */
export function createMemoryOwnerNotes({
  maxNotes = 20_000,
}: { maxNotes?: number } = {}): OwnerNotes {
  const notes = new LRUCache<string, string>({ max: maxNotes });
  const nameOf = ({ tenant, conversationId }: ConversationKey) =>
    JSON.stringify([tenant, conversationId]);
  return {
    async claim(key, owner) {
      const name = nameOf(key);
      const note = notes.get(name) ?? encodeNote({ owner, isSettled: false });
      notes.set(name, note);
      return decodeNote(note);
    },
    async find(key) {
      const note = notes.get(nameOf(key));
      return note === undefined ? undefined : decodeNote(note);
    },
    async settle(key, owner) {
      notes.set(nameOf(key), encodeNote({ owner, isSettled: true }));
    },
  };
}
