import { sql } from "kysely";
import { z } from "zod";
import { storedPolicySchema, type PolicyStore } from "../tuning/policies.ts";
import type { Records } from "./database.ts";

/** Two that change a tenant's policy at once want the same version; one of them tries again. */
const ATTEMPTS = 10;

const rowSchema = z.object({ policy: storedPolicySchema, reason: z.string().nullable() });

/** Versions of policies in the database. */
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
      return rows.map(({ tenant, version, policy, author, created_at: createdAt }) => {
        const { reason, ...kept } = rowSchema.parse(JSON.parse(policy));
        return { tenant, version, author, createdAt, reason, policy: kept.policy };
      });
    },

    async append({ tenant, policy, author, reason, now }) {
      const text = JSON.stringify({ policy, reason });
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const { last } = await records
          .selectFrom("cache_policies")
          .select(({ fn }) => fn.max("version").as("last"))
          .where("tenant", "=", tenant)
          .executeTakeFirstOrThrow();
        const version = (last ?? 0) + 1;
        const inserted = await records
          .insertInto("cache_policies")
          .values({ tenant, version, policy: text, author, created_at: now })
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirst();
        if ((inserted.numInsertedOrUpdatedRows ?? 0n) > 0n) {
          return { tenant, version, policy, author, reason, createdAt: now };
        }
      }
      throw new Error(`the policy of ${tenant} is changed by too many at once`);
    },
  };
}
