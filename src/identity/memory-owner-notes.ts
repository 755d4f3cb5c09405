import { LRUCache } from "lru-cache";
import type { ConversationKey } from "../history/types.ts";
import { decodeNote, encodeNote, type OwnerNotes } from "./owner-notes.ts";

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
