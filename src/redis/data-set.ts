import { randomUUID } from "node:crypto";
import type { RedisConnection } from "./connection.ts";
import { redisKeys } from "./redis-keys.ts";

/**
 * Detects lost data by a random id in a key without TTL. If the id changed, all data was lost, by a
 * flush or a restart without persistence.
 */
export interface DataSet {
  /**
   * Assigns an id if there is none, and compares it with that of the last call. `lost` also for a
   * restarted or another server, which may lack the latest writes after a failover.
   */
  look(): Promise<"first" | "same" | "lost">;
  /** True if the id is unchanged since the last `look`. Assigns none. */
  isSame(): Promise<boolean>;
}

interface Snapshot {
  readonly name: string;
  /** `run_id` of the server process. */
  readonly server: string;
}

/** @throws RedisUnavailable from both methods */
export function createDataSet(connection: RedisConnection): DataSet {
  let seen: Snapshot | undefined;
  return {
    async look() {
      const [before, info] = await connection.run((client) =>
        Promise.all([client.get(redisKeys.dataSet), client.info("server")]),
      );
      // Writes only if there is no id, so that a full or read-only Redis can still be checked.
      const name = before ?? (await assignId(connection));
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

async function assignId(connection: RedisConnection): Promise<string> {
  const name = randomUUID();
  const before = await connection.run((client) =>
    client.set(redisKeys.dataSet, name, { condition: "NX", GET: true }),
  );
  return before ?? name;
}
