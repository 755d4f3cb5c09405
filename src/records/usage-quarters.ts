import { sql, type Insertable } from "kysely";
import { isRequest, isShadowCost } from "../usage/request-cost.ts";
import { QUARTER_MS } from "../usage/local-days.ts";
import type { LedgerEntry } from "../usage/types.ts";
import { DatabaseUnavailable } from "./database-unavailable.ts";
import type { Records, Tables } from "./tables.ts";
import { hasRowLocks, inChunks, inLockOrder } from "./dialect.ts";

type QuarterRow = Omit<Insertable<Tables["usage_quarters"]>, "part">;
type QuarterKey = Pick<QuarterRow, "tenant" | "quarter" | "model">;

const KEY = ["tenant", "quarter", "model"] as const;
/**
 * Maximum number of parts per sum, which is the number of transactions that can add to it
 * concurrently.
 */
const MAX_PARTS = 64;
const SUMMED = [
  "requests",
  "exact",
  "semantic",
  "verified",
  "misses",
  "prompt_tokens",
  "completion_tokens",
  "cached_prompt_tokens",
  "reasoning_tokens",
  "embedding_tokens",
  "estimated",
  "saved_prompt_tokens",
  "saved_completion_tokens",
  "priced",
  "total_nano_usd",
  "saved_nano_usd",
  "net_saved_nano_usd",
  "shadow_runs",
  "shadow_nano_usd",
] as const;

/**
 * Adds new ledger entries to the 15-minute sums, in the same transaction.
 *
 * @throws DatabaseUnavailable (`busy`) when other transactions hold all parts of a sum
 */
export async function addToQuarters(
  transaction: Records,
  entries: readonly LedgerEntry[],
): Promise<void> {
  const sums = new Map<string, QuarterRow>();
  for (const entry of entries) {
    const row = toQuarter(entry);
    const before = sums.get(nameOf(row));
    sums.set(nameOf(row), before === undefined ? row : addRows(before, row));
  }
  await inChunks(inLockOrder(sums), async (chunk) => {
    const parts = await chooseParts(transaction, chunk);
    await transaction
      .insertInto("usage_quarters")
      .values(chunk.map((row) => ({ ...row, part: parts.get(nameOf(row)) ?? 0 })))
      .onConflict((conflict) => conflict.columns([...KEY, "part"]).doUpdateSet(addedColumns()))
      .execute();
  });
}

/** Chooses the first unlocked part of each sum, and locks it if it exists. */
async function chooseParts(
  transaction: Records,
  keys: readonly QuarterKey[],
): Promise<ReadonlyMap<string, number>> {
  const parts = new Map<string, number>();
  if (!hasRowLocks(transaction)) return parts;
  let open = keys;
  for (let part = 0; open.length > 0; part += 1) {
    if (part === MAX_PARTS)
      throw new DatabaseUnavailable(
        "other transactions hold all parts of a usage sum",
        undefined,
        "busy",
      );
    const held = await heldKeys(transaction, open, part);
    for (const key of open) if (!held.has(nameOf(key))) parts.set(nameOf(key), part);
    open = open.filter((key) => held.has(nameOf(key)));
  }
  return parts;
}

/** The sums whose part with this number is locked by another transaction. */
async function heldKeys(
  transaction: Records,
  keys: readonly QuarterKey[],
  part: number,
): Promise<ReadonlySet<string>> {
  const free = await findPart(transaction, keys, part).forUpdate().skipLocked().execute();
  const names = new Set(free.map(nameOf));
  const rest = keys.filter((key) => !names.has(nameOf(key)));
  // `skip locked` left these out. If they exist, another transaction holds them.
  const there = rest.length === 0 ? [] : await findPart(transaction, rest, part).execute();
  return new Set(there.map(nameOf));
}

/**
 * Selects the part of these sums. May also return other sums of the same tenants, quarters and
 * models.
 */
function findPart(transaction: Records, keys: readonly QuarterKey[], part: number) {
  const each = <Value>(values: readonly Value[]) => [...new Set(values)];
  return transaction
    .selectFrom("usage_quarters")
    .select(KEY)
    .where("tenant", "in", each(keys.map(({ tenant }) => tenant)))
    .where("quarter", "in", each(keys.map(({ quarter }) => quarter)))
    .where("model", "in", each(keys.map(({ model }) => model)))
    .where("part", "=", part);
}

function nameOf(key: QuarterKey): string {
  return JSON.stringify(KEY.map((column) => key[column]));
}

function addedColumns() {
  return Object.fromEntries(
    SUMMED.map((column) => [
      column,
      sql`${sql.ref(`usage_quarters.${column}`)} + ${sql.ref(`excluded.${column}`)}`,
    ]),
  );
}

function toQuarter({
  tenant,
  createdAt,
  usage,
  status,
  tier,
  saved,
  cost,
}: LedgerEntry): QuarterRow {
  const isHit = status === "hit";
  const requests = Number(isRequest(status));
  return {
    tenant,
    quarter: Math.floor(createdAt / QUARTER_MS),
    model: usage.model,
    requests,
    exact: Number(isHit && tier === "exact"),
    semantic: Number(isHit && tier === "semantic"),
    verified: Number(isHit && tier === "verified"),
    misses: Number(status === "miss"),
    prompt_tokens: usage.promptTokens,
    completion_tokens: usage.completionTokens,
    cached_prompt_tokens: usage.cachedPromptTokens,
    reasoning_tokens: usage.reasoningTokens ?? 0,
    embedding_tokens: usage.embeddingTokens,
    estimated: Number(usage.estimated),
    saved_prompt_tokens: saved.promptTokens,
    saved_completion_tokens: saved.completionTokens,
    // As in `ledger-sums.ts`: `requests - priced` counts unpriced requests.
    priced: Number(cost.priced) - 1 + requests,
    total_nano_usd: cost.totalNanoUsd,
    saved_nano_usd: cost.savedNanoUsd,
    net_saved_nano_usd: cost.netSavedNanoUsd,
    shadow_runs: Number(status === "shadow"),
    shadow_nano_usd: isShadowCost(status) ? cost.totalNanoUsd : 0n,
  };
}

function addRows(a: QuarterRow, b: QuarterRow): QuarterRow {
  return {
    ...a,
    requests: a.requests + b.requests,
    exact: a.exact + b.exact,
    semantic: a.semantic + b.semantic,
    verified: a.verified + b.verified,
    misses: a.misses + b.misses,
    prompt_tokens: a.prompt_tokens + b.prompt_tokens,
    completion_tokens: a.completion_tokens + b.completion_tokens,
    cached_prompt_tokens: a.cached_prompt_tokens + b.cached_prompt_tokens,
    reasoning_tokens: a.reasoning_tokens + b.reasoning_tokens,
    embedding_tokens: a.embedding_tokens + b.embedding_tokens,
    estimated: a.estimated + b.estimated,
    saved_prompt_tokens: a.saved_prompt_tokens + b.saved_prompt_tokens,
    saved_completion_tokens: a.saved_completion_tokens + b.saved_completion_tokens,
    priced: a.priced + b.priced,
    total_nano_usd: a.total_nano_usd + b.total_nano_usd,
    saved_nano_usd: a.saved_nano_usd + b.saved_nano_usd,
    net_saved_nano_usd: a.net_saved_nano_usd + b.net_saved_nano_usd,
    shadow_runs: a.shadow_runs + b.shadow_runs,
    shadow_nano_usd: a.shadow_nano_usd + b.shadow_nano_usd,
  };
}
