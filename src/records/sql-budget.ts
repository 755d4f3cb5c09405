import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { Clock } from "../operations/types.ts";
import { checkBudget, type Budget, type BudgetVerdict } from "../usage/budget.ts";
import type { NanoUsd } from "../usage/types.ts";
import type { Records } from "./tables.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Retry delay when calls in progress hold the remaining budget: one of them ends soon. */
const RETRY_SECONDS = 5;

/**
 * Daily budgets in the shared database. The row of the day is locked while a call is checked, so
 * that concurrent calls see each other's holds.
 *
 * @param settings `holdMs`: after which the hold of a call that never settled expires
 */
export function createSqlBudget(
  records: Records,
  settings: { limit: NanoUsd; holdMs: number; now: Clock },
): Budget {
  return {
    hold: (call) =>
      records.transaction().execute((transaction) => holdMoney(transaction, call, settings)),

    async settle({ tenant, hold, cost }) {
      if (hold === undefined && cost === 0n) return;
      await records.transaction().execute(async (transaction) => {
        await lockDay(transaction, tenant, settings.now());
        if (hold !== undefined) {
          await transaction.deleteFrom("budget_holds").where("id", "=", hold).execute();
        }
        await transaction
          .updateTable("budget_days")
          .set({ spent_nano_usd: sql<bigint>`spent_nano_usd + ${cost}` })
          .where("tenant", "=", tenant)
          .where("day", "=", dayOf(settings.now()))
          .execute();
      });
    },
  };
}

async function holdMoney(
  records: Records,
  { tenant, estimate }: Parameters<Budget["hold"]>[0],
  { limit, holdMs, now }: { limit: NanoUsd; holdMs: number; now: Clock },
): Promise<BudgetVerdict> {
  const time = now();
  const spent = await lockDay(records, tenant, time);
  await records
    .deleteFrom("budget_holds")
    .where("tenant", "=", tenant)
    .where("expires_at", "<=", time)
    .execute();
  const under = await records
    .selectFrom("budget_holds")
    .select([
      sql<string>`cast(coalesce(sum(nano_usd), 0) as text)`.as("held"),
      sql<number>`count(*)`.as("calls"),
    ])
    .where("tenant", "=", tenant)
    .executeTakeFirstOrThrow();
  const verdict = checkBudget(
    { limit, spent, held: BigInt(under.held), calls: under.calls },
    estimate,
  );
  if (verdict !== "allowed") {
    const untilMidnight = Math.ceil((DAY_MS - (time % DAY_MS)) / 1000);
    const retryAfterSeconds = verdict === "spent" ? untilMidnight : RETRY_SECONDS;
    return { kind: "refused", reason: verdict, retryAfterSeconds };
  }
  const hold = randomUUID();
  const day = dayOf(time);
  await records
    .insertInto("budget_holds")
    .values({ id: hold, tenant, day, nano_usd: estimate, expires_at: time + holdMs })
    .execute();
  return { kind: "held", hold };
}

/**
 * Locks the tenant's day and returns the amount spent. A new day starts with the sum of its ledger
 * rows.
 */
async function lockDay(records: Records, tenant: string, time: number): Promise<NanoUsd> {
  const day = dayOf(time);
  const touch = () =>
    records
      .updateTable("budget_days")
      .set({ day })
      .where("tenant", "=", tenant)
      .where("day", "=", day)
      .returning(sql<string>`cast(spent_nano_usd as text)`.as("spent"))
      .executeTakeFirst();
  const known = await touch();
  if (known !== undefined) return BigInt(known.spent);
  const ledger = await records
    .selectFrom("usage")
    .select(sql<string>`cast(coalesce(sum(total_nano_usd), 0) as text)`.as("spent"))
    .where("tenant", "=", tenant)
    .where("created_at", ">=", time - (time % DAY_MS))
    .executeTakeFirstOrThrow();
  await records
    .insertInto("budget_days")
    .values({ tenant, day, spent_nano_usd: BigInt(ledger.spent) })
    .onConflict((conflict) => conflict.columns(["tenant", "day"]).doNothing())
    .execute();
  return BigInt((await touch())?.spent ?? ledger.spent);
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
