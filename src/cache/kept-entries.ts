import { LRUCache } from "lru-cache";
import { RepriseError } from "../errors.ts";
import type { AnswerEntry } from "./types.ts";

/** Entries by key with LRU eviction; pinned entries are not evicted. */
export interface KeptEntries {
  /** Counts as a use. */
  get(key: string): AnswerEntry | undefined;
  peek(key: string): AnswerEntry | undefined;
  /** @throws RepriseError `conflict` if too many entries are pinned */
  set(key: string, entry: AnswerEntry): void;
  delete(key: string): void;
  clear(): void;
}

/** Limits. */
export interface KeptEntriesOptions {
  readonly maxEntries: number;
  readonly maxPinned: number;
  readonly isAlive: (entry: AnswerEntry) => boolean;
  /** Called for every removed entry. */
  readonly dispose: (entry: AnswerEntry) => void;
}

/** The entries of all scopes in LRU order. */
export function createKeptEntries(options: KeptEntriesOptions): KeptEntries {
  const { maxEntries, maxPinned, isAlive, dispose } = options;
  const unpinned = new LRUCache<string, AnswerEntry>({ max: maxEntries, dispose });
  const pinned = new Map<string, AnswerEntry>();

  function remove(key: string): void {
    unpinned.delete(key);
    const entry = pinned.get(key);
    if (entry === undefined) return;
    pinned.delete(key);
    dispose(entry);
  }

  function makeRoom(): void {
    if (pinned.size < maxPinned) return;
    for (const [key, entry] of pinned) if (!isAlive(entry)) remove(key);
    if (pinned.size < maxPinned) return;
    const message = `There are ${maxPinned} pinned answers already; remove some first.`;
    throw new RepriseError("conflict", message);
  }

  return {
    get: (key) => pinned.get(key) ?? unpinned.get(key),
    peek: (key) => pinned.get(key) ?? unpinned.peek(key),
    set(key, entry) {
      if (entry.isPinned && !pinned.has(key)) makeRoom();
      remove(key);
      if (entry.isPinned) pinned.set(key, entry);
      else unpinned.set(key, entry);
    },
    delete: remove,
    clear() {
      for (const key of pinned.keys()) remove(key);
      unpinned.clear();
    },
  };
}
