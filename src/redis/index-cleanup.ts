import type { RedisClient, RedisConnection } from "./connection.ts";
import { redisKeys } from "./redis-keys.ts";
import { fieldOfSpace, type VectorSpace } from "./vector-space.ts";

/** TTL of the key that marks a vector space as used, in seconds. */
const LEASE_SECONDS = 3_600;
const RENEW_MS = 600_000;
/** Keys per SCAN step. */
const BATCH = 500;

/**
 * Names of Reprise's indexes: kind of content, vector space, and the tenant of passages, encoded as
 * in keys.
 */
const INDEX_NAME = /^(?<kind>answers|passages):(?<space>[^:]+-\d+-cosine-v\d+)(?::(?<tenant>.+))?$/;

/**
 * Marks the vector space of this process as used, and drops the indexes of unused ones.
 *
 * @throws RedisUnavailable from `markInUse` and `dropUnused`
 */
export interface IndexCleanup {
  /** Marks this process's space as used, and renews the mark until `close`. */
  markInUse(): Promise<void>;
  /**
   * Drops the indexes of unused spaces, and their vectors in the passages. Cached answers of such a
   * space expire by themselves.
   */
  dropUnused(): Promise<void>;
  close(): void;
}

export function createIndexCleanup(connection: RedisConnection, space: VectorSpace): IndexCleanup {
  const expiration = { type: "EX" as const, value: LEASE_SECONDS };
  let timer: NodeJS.Timeout | undefined;

  async function mark(): Promise<void> {
    await connection.run((client) => client.set(redisKeys.space(space.name), "", { expiration }));
  }

  async function dropUnused(): Promise<void> {
    for (const index of await connection.run((client) => client.ft._list())) {
      await dropIfUnused(connection, index, space.name);
    }
  }

  return {
    async markInUse() {
      const renew = () => mark().then(dropUnused);
      timer ??= setInterval(() => void renew().catch(() => undefined), RENEW_MS).unref();
      await mark();
    },
    dropUnused,
    close: () => clearInterval(timer),
  };
}

async function dropIfUnused(
  connection: RedisConnection,
  index: string,
  own: string,
): Promise<void> {
  const { kind, space, tenant } = INDEX_NAME.exec(index)?.groups ?? {};
  if (space === undefined || space === own) return;
  const isUsed = await connection.run((client) => client.exists(redisKeys.space(space)));
  if (isUsed === 1) return;
  if (kind === "passages" && tenant !== undefined) {
    await dropVectors(connection, `passage:${tenant}:*`, fieldOfSpace(space));
  }
  // Dropped last: after a failure the index is found again by the next cleanup.
  await connection.run((client) => dropIndex(client, index));
}

async function dropVectors(
  connection: RedisConnection,
  pattern: string,
  field: string,
): Promise<void> {
  let cursor = "0";
  do {
    const step = await connection.run((client) =>
      client.scan(cursor, { MATCH: pattern, TYPE: "hash", COUNT: BATCH }),
    );
    if (step.keys.length > 0) {
      await connection.run((client) =>
        Promise.all(step.keys.map((key) => client.hDel(key, field))),
      );
    }
    cursor = step.cursor;
  } while (cursor !== "0");
}

/** Ignores a missing index: another replica may have dropped it. */
async function dropIndex(client: RedisClient, index: string): Promise<void> {
  try {
    await client.ft.dropIndex(index);
  } catch (error) {
    if (!/no such index|unknown index/i.test(String(error))) throw error;
  }
}
