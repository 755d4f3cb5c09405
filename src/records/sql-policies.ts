import { sql, type Selectable } from "kysely";
import { z } from "zod";
import { RepriseError } from "../errors.ts";
import {
  storedPolicySchema,
  type PolicyChange,
  type PolicyStore,
  type PolicyVersion,
} from "../tuning/policies.ts";
import type { Records, Tables } from "./tables.ts";

/**
 * Attempts to append a version. Concurrent changes compete for the same version number, and the
 * loser tries again.
 */
const ATTEMPTS = 10;

const rowSchema = z.object({ policy: storedPolicySchema, reason: z.string().nullable() });

/** Policy versions in the database. */
export function createSqlPolicies(records: Records): PolicyStore {
  return {
    async newest() {
      const rows = await records
        .selectFrom("cache_policies as each")
        .selectAll()
        .where(
          sql<boolean>`not exists (select 1 from cache_policies as later
            where later.tenant = each.tenant and later.version > each.version)`,
        )
        .execute();
      return rows.map(toVersion);
    },

    async versions({ tenant, before, limit }) {
      let found = records.selectFrom("cache_policies").selectAll().where("tenant", "=", tenant);
      if (before !== undefined) found = found.where("version", "<", before);
      const rows = await found.orderBy("version", "desc").limit(limit).execute();
      return rows.map(toVersion);
    },

    async find({ tenant, version }) {
      const row = await records
        .selectFrom("cache_policies")
        .selectAll()
        .where("tenant", "=", tenant)
        .where("version", "=", version)
        .executeTakeFirst();
      return row === undefined ? undefined : toVersion(row);
    },

    async append(change) {
      const { tenant, expected } = change;
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const { last } = await records
          .selectFrom("cache_policies")
          .select(({ fn }) => fn.max("version").as("last"))
          .where("tenant", "=", tenant)
          .executeTakeFirstOrThrow();
        if (expected !== undefined && expected !== (last ?? 0)) throw outdated(expected, last ?? 0);
        const added = await addVersion(records, change, (last ?? 0) + 1);
        if (added !== undefined) return added;
      }
      throw new Error(
        `the policy of ${tenant} was changed concurrently in ${ATTEMPTS} attempts; try again`,
      );
    },
  };
}

/** Returns undefined if a concurrent change took this version number. */
async function addVersion(
  records: Records,
  { tenant, policy, author, reason, now }: PolicyChange & { now: number },
  version: number,
): Promise<PolicyVersion | undefined> {
  const text = JSON.stringify({ policy, reason });
  const inserted = await records
    .insertInto("cache_policies")
    .values({ tenant, version, policy: text, author, created_at: now })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if ((inserted.numInsertedOrUpdatedRows ?? 0n) === 0n) return undefined;
  return { tenant, version, policy, author, reason, createdAt: now };
}

function toVersion(row: Selectable<Tables["cache_policies"]>): PolicyVersion {
  const { tenant, version, author, created_at: createdAt } = row;
  const { policy, reason } = rowSchema.parse(JSON.parse(row.policy));
  return { tenant, version, policy, author, reason, createdAt };
}

function outdated(expected: number, last: number): RepriseError {
  const message = `is ${expected}, but version ${last} is in force; read it and apply the change again`;
  return new RepriseError("conflict", `version ${message}.`, {
    details: [{ param: "version", message }],
  });
}
