import { randomUUID } from "node:crypto";
import type { RedisConnection } from "./connection.ts";
import { redisKeys } from "./redis-keys.ts";

/**
 * Redis's data by its name, a key without a lease: where the name has changed, all data was lost in
 * between, by a flush or by a restart without persistence.
 */
export interface DataSet {
  /** Names the data where it has no name, and says whether it is what the last look saw. */
  look(): Promise<"first" | "same" | "lost">;
  /** True when nothing was lost since the last look; names nothing. */
  isSame(): Promise<boolean>;
}

/** @throws RedisUnavailable from both methods */
export function createDataSet(connection: RedisConnection): DataSet {
  let seen: string | undefined;
  return {
    async look() {
      const name = randomUUID();
      const before = await connection.run((client) =>
        client.set(redisKeys.dataSet, name, { condition: "NX", GET: true }),
      );
      const found = before ?? name;
      const last = seen;
      seen = found;
      if (last === undefined) return "first";
      return last === found ? "same" : "lost";
    },
    async isSame() {
      const found = await connection.run((client) => client.get(redisKeys.dataSet));
      return seen !== undefined && found === seen;
    },
  };
}
