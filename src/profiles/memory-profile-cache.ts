import { randomUUID } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Clock } from "../operations/types.ts";
import {
  MISSING_TTL_SECONDS,
  PROFILE_TTL_SECONDS,
  type ProfileCache,
  type ProfileKey,
  type StoredProfile,
} from "./types.ts";

interface Copy {
  readonly stored: StoredProfile | undefined;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * Cached profiles in this process.
 *
 * @param maxProfiles default 10,000; at this limit the least recently used is dropped
 */
export function createMemoryProfileCache({
  now,
  maxProfiles = 10_000,
}: {
  now: Clock;
  maxProfiles?: number;
}): ProfileCache {
  const copies = new LRUCache<string, Copy>({ max: maxProfiles });
  const announced = new LRUCache<string, string>({ max: maxProfiles });
  return {
    async get(key) {
      const copy = copies.get(nameOf(key));
      return copy !== undefined && copy.expiresAt > now() ? { stored: copy.stored } : undefined;
    },
    async announce(key) {
      const token = randomUUID();
      announced.set(nameOf(key), token);
      return token;
    },
    async keep(key, token, stored) {
      const name = nameOf(key);
      if (announced.get(name) !== token) return;
      announced.delete(name);
      const seconds = stored === undefined ? MISSING_TTL_SECONDS : PROFILE_TTL_SECONDS;
      copies.set(name, { stored, expiresAt: now() + seconds * 1000 });
    },
    async remove(key) {
      copies.delete(nameOf(key));
      announced.delete(nameOf(key));
    },
  };
}

function nameOf({ tenant, userId }: ProfileKey): string {
  return JSON.stringify([tenant, userId]);
}
