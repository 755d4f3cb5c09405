import type { RedisClient, RedisConnection } from "./connection.ts";
import { redisKeys } from "./redis-keys.ts";
import { fieldOfSpace, type VectorSpace } from "./vector-space.ts";

/** Lease of a vector space after a replica last said that it uses it, in seconds. */
const LEASE_SECONDS = 3_600;
const RENEW_MS = 600_000;
/** Keys in one step of a walk through all. */
const BATCH = 500;

/** Our indexes: what they hold, their space, and the tenant of passages as it stands in keys. */
const INDEX_NAME = /^(?<kind>answers|passages):(?<space>[^:]+-\d+-cosine-v\d+)(?::(?<tenant>.+))?$/;

/**
 * Says which vector space this process uses, and clears away those that nobody uses any more.
 *
 * @throws RedisUnavailable from `hold` and `clear`
 */
export interface IndexCleanup {
  /** Leases this process's space; renewed by itself from then on. */
  hold(): Promise<void>;
  /**
   * Drops the indexes of spaces without a lease, and their vectors from the passages. Stored answers of
   * such a space go with their own expiry.
   */
  clear(): Promise<void>;
  close(): void;
}

export function createIndexCleanup(connection: RedisConnection, space: VectorSpace): IndexCleanup {
  const expiration = { type: "EX" as const, value: LEASE_SECONDS };
  let timer: NodeJS.Timeout | undefined;

  async function lease(): Promise<void> {
    await connection.run((client) => client.set(redisKeys.space(space.name), "", { expiration }));
  }

  async function clear(): Promise<void> {
    for (const index of await connection.run((client) => client.ft._list())) {
      await retire(connection, index, space.name);
    }
  }

  return {
    async hold() {
      const renew = () => lease().then(clear);
      timer ??= setInterval(() => void renew().catch(() => undefined), RENEW_MS).unref();
      await lease();
    },
    clear,
    close: () => clearInterval(timer),
  };
}

async function retire(connection: RedisConnection, index: string, own: string): Promise<void> {
  const { kind, space, tenant } = INDEX_NAME.exec(index)?.groups ?? {};
  if (space === undefined || space === own) return;
  const isUsed = await connection.run((client) => client.exists(redisKeys.space(space)));
  if (isUsed === 1) return;
  if (kind === "passages" && tenant !== undefined) {
    await dropVectors(connection, `passage:${tenant}:*`, fieldOfSpace(space));
  }
  // Last, so that what failed before is found again.
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

/** Another replica may have been faster. */
async function dropIndex(client: RedisClient, index: string): Promise<void> {
  try {
    await client.ft.dropIndex(index);
  } catch (error) {
    if (!/no such index|unknown index/i.test(String(error))) throw error;
  }
}
