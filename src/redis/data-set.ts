import { randomUUID } from "node:crypto";
import type { RedisConnection } from "./connection.ts";
import { redisKeys } from "./redis-keys.ts";

/**
 * Redis's data by its name, a key without a lease: where the name has changed, all data was lost in
 * between, by a flush or by a restart without persistence.
 */
export interface DataSet {
  /**
   * Names the data where it has no name, and says whether it is what the last look saw. A server that
   * was started anew, or another one after a failover, may lack what was written last: `lost` too.
   */
  look(): Promise<"first" | "same" | "lost">;
  /** True when nothing was lost since the last look; names nothing. */
  isSame(): Promise<boolean>;
}

interface Sight {
  readonly name: string;
  /** Redis's own name for its process. */
  readonly server: string;
}

/** @throws RedisUnavailable from both methods */
export function createDataSet(connection: RedisConnection): DataSet {
  let seen: Sight | undefined;
  return {
    async look() {
      const [before, info] = await connection.run((client) =>
        Promise.all([client.get(redisKeys.dataSet), client.info("server")]),
      );
      // Only a Redis without a name is written to: one that is full or read-only can still be looked at.
      const name = before ?? (await giveName(connection));
      const server = /^run_id:(\w+)/m.exec(info)?.[1] ?? "";
      const last = seen;
      seen = { name, server };
      if (last === undefined) return "first";
      return last.name === name && last.server === server ? "same" : "lost";
    },
    async isSame() {
      const found = await connection.run((client) => client.get(redisKeys.dataSet));
      return seen !== undefined && found === seen.name;
    },
  };
}

async function giveName(connection: RedisConnection): Promise<string> {
  const name = randomUUID();
  const before = await connection.run((client) =>
    client.set(redisKeys.dataSet, name, { condition: "NX", GET: true }),
  );
  return before ?? name;
}
