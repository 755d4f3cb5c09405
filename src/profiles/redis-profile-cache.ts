import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { RedisConnection } from "../redis/connection.ts";
import { redisKeys } from "../redis/redis-keys.ts";
import { defineScript, runScript } from "../redis/run-script.ts";
import { profileSchema } from "./profile-schema.ts";
import {
  MISSING_TTL_SECONDS,
  PROFILE_TTL_SECONDS,
  type ProfileCache,
  type ProfileKey,
  type StoredProfile,
} from "./types.ts";

/** TTL of an announcement, in milliseconds: the maximum time between `announce` and `keep`. */
const ANNOUNCED_MS = 10_000;
/**
 * Name of the hash field with the profile and its owner as JSON. No profile field can have an empty
 * name.
 */
const WHOLE = "";
const wholeSchema = z.tuple([profileSchema, z.string().nullable()]);

/**
 * Stores an announced copy. KEYS: the hash, the token. ARGV: the token, the TTL in seconds, then
 * names and values of hash fields.
 */
const KEEP = defineScript(`
  if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
  redis.call('DEL', KEYS[1], KEYS[2])
  for place = 3, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[place], ARGV[place + 1]) end
  redis.call('EXPIRE', KEYS[1], ARGV[2])
  return 1
`);

/**
 * Cached profiles in hashes `user:{tenant}:{user_id}`, shared by all replicas. Each profile field
 * is a text field, for other programs; the field with an empty name holds everything as JSON.
 */
export function createRedisProfileCache(connection: RedisConnection): ProfileCache {
  return {
    async get(key) {
      const whole = await connection.run((client) => client.hGet(hashOf(key), WHOLE));
      if (whole === null || whole === undefined) return undefined;
      if (whole === "") return { stored: undefined };
      const stored = readStored(whole);
      return stored === undefined ? undefined : { stored };
    },
    async announce(key) {
      const token = randomUUID();
      await connection.run((client) =>
        client.set(tokenOf(key), token, { expiration: { type: "PX", value: ANNOUNCED_MS } }),
      );
      return token;
    },
    async keep(key, token, stored) {
      const seconds = stored === undefined ? MISSING_TTL_SECONDS : PROFILE_TTL_SECONDS;
      const values = [token, String(seconds), ...toFields(stored)];
      await connection.run((client) =>
        runScript(client, KEEP, [hashOf(key), tokenOf(key)], values),
      );
    },
    async remove(key) {
      await connection.run((client) => client.del([hashOf(key), tokenOf(key)]));
    },
  };
}

function toFields(stored: StoredProfile | undefined): string[] {
  if (stored === undefined) return [WHOLE, ""];
  const { profile, owner } = stored;
  const fields = Object.entries(profile).flatMap(([name, value]) => [name, String(value)]);
  return [WHOLE, JSON.stringify([profile, owner]), ...fields];
}

/** Undefined for a copy without an owner; the database is read then. */
function readStored(whole: string): StoredProfile | undefined {
  const parsed = wholeSchema.safeParse(JSON.parse(whole));
  return parsed.success ? { profile: parsed.data[0], owner: parsed.data[1] } : undefined;
}

function hashOf({ tenant, userId }: ProfileKey): string {
  return redisKeys.profile(tenant, userId);
}

function tokenOf({ tenant, userId }: ProfileKey): string {
  return redisKeys.profileFilling(tenant, userId);
}
