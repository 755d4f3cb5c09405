import { LRUCache } from "lru-cache";
import type { ConversationKey } from "../history/types.ts";

/** A note of a conversation's owner. */
export interface OwnerNote {
  /** Empty: the conversation has no owner. */
  readonly owner: string;
  /** False until checked against the database: the first to claim holds the conversation for now. */
  readonly isSettled: boolean;
}

/**
 * Owners of conversations, noted next to their windows and with the same TTL, so that the database
 * is not queried for each question. Shared by all replicas if the windows are.
 */
export interface OwnerNotes {
  /**
   * Notes an unsettled owner unless there is a note, and returns the current note. Of concurrent
   * claims, one wins.
   */
  claim(key: ConversationKey, owner: string): Promise<OwnerNote>;
  find(key: ConversationKey): Promise<OwnerNote | undefined>;
  /** Notes a verified owner. */
  settle(key: ConversationKey, owner: string): Promise<void>;
}

/** Prefix of unsettled owners; no owner name starts with it. */
const UNSETTLED = "?";

export function encodeNote({ owner, isSettled }: OwnerNote): string {
  return isSettled ? owner : UNSETTLED + owner;
}

export function decodeNote(text: string): OwnerNote {
  return text.startsWith(UNSETTLED)
    ? { owner: text.slice(UNSETTLED.length), isSettled: false }
    : { owner: text, isSettled: true };
}

/**
 * Owner notes in this process.
 *
 * @param maxNotes default 20,000, twice the number of windows
 */
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
