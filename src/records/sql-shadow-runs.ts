import { sql } from "kysely";
import { z } from "zod";
import type { ShadowStore } from "../tuning/shadow-types.ts";
import type { Records } from "./tables.ts";

const tierSchema = z.enum(["semantic", "verified"]);
const decidedBySchema = z.enum(["rule", "judge", "person"]);

/** Shadow runs in the database. */
export function createSqlShadowRuns(records: Records): ShadowStore {
  return {
    async add(run) {
      const { servedFrom, thresholds } = run;
      await records
        .insertInto("shadow_runs")
        .values({
          tenant: run.tenant,
          id: run.id,
          lookup_id: run.lookupId,
          created_at: run.createdAt,
          tier: run.tier,
          similarity: run.similarity,
          serve_from: servedFrom.serve,
          grey_from: servedFrom.grey,
          serve_threshold: thresholds.serve,
          grey_threshold: thresholds.grey,
          policy_version: run.policyVersion,
          same: Number(run.same),
          decided_by: run.decidedBy,
          nano_usd: run.costNanoUsd,
        })
        .onConflict((conflict) => conflict.columns(["tenant", "id"]).doNothing())
        .execute();
    },

    async list({ tenant, from, to, policyVersion, limit }) {
      let found = selectRuns(records, tenant);
      if (from !== undefined) found = found.where("shadow_runs.created_at", ">=", from);
      if (to !== undefined) found = found.where("shadow_runs.created_at", "<", to);
      if (policyVersion !== undefined) found = found.where("policy_version", "=", policyVersion);
      const rows = await found
        .orderBy("shadow_runs.created_at", "desc")
        .orderBy("shadow_runs.id", "desc")
        .limit(limit)
        .execute();
      return rows.reverse().map((row) => ({
        tenant,
        id: row.id,
        lookupId: row.lookup_id,
        createdAt: row.created_at,
        tier: tierSchema.parse(row.tier),
        similarity: row.similarity,
        servedFrom: { serve: row.serve_from, grey: row.grey_from },
        thresholds: { serve: row.serve_threshold, grey: row.grey_threshold },
        policyVersion: row.policy_version,
        same: (row.person_same ?? row.same) === 1,
        decidedBy: row.person_same === null ? decidedBySchema.parse(row.decided_by) : "person",
        costNanoUsd: BigInt(row.cost),
      }));
    },
  };
}

function selectRuns(records: Records, tenant: string) {
  return records
    .selectFrom("shadow_runs")
    .leftJoin("lookup_labels", (join) =>
      join
        .onRef("lookup_labels.tenant", "=", "shadow_runs.tenant")
        .onRef("lookup_labels.lookup_id", "=", "shadow_runs.lookup_id")
        .on("lookup_labels.source", "=", "person"),
    )
    .selectAll("shadow_runs")
    .select("lookup_labels.same as person_same")
    .select(sql<string>`cast(shadow_runs.nano_usd as text)`.as("cost"))
    .where("shadow_runs.tenant", "=", tenant);
}
