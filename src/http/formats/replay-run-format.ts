import type { z } from "zod";
import type { CachePolicy } from "../../cache/policy.ts";
import type { LogReplay } from "../../tuning/replay-log.ts";
import type { ReplayFigures } from "../../tuning/replay.ts";
import { formatNanoUsd } from "../../usage/money.ts";
import type { replaySchema } from "../schemas/tuning-schemas.ts";

/** A replayed time in the names of the API. */
export function toReplayBody(run: LogReplay, policy: CachePolicy): z.input<typeof replaySchema> {
  const { first, last, logged, current, replayed, isCut } = run;
  return {
    lookups: logged.lookups,
    from: toTime(first),
    to: toTime(last),
    setting: {
      threshold: policy.threshold,
      grey_threshold: policy.greyThreshold,
      guards: policy.guards ?? {},
      evidence: policy.evidence ?? "in-doubt",
      ttl_seconds: policy.ttlSeconds,
    },
    logged: toFigures(logged),
    current: toFigures(current),
    replayed: toFigures(replayed),
    cut: isCut,
  };
}

function toTime(milliseconds: number | null): string | null {
  return milliseconds === null ? null : new Date(milliseconds).toISOString();
}

function toFigures(figures: ReplayFigures) {
  const { lookups, hits, misses, labelledHits, wrongHits, saved } = figures;
  const found = hits.exact + hits.semantic + hits.verified;
  return {
    lookups,
    hits: { ...hits },
    misses,
    hit_rate: lookups === 0 ? 0 : found / lookups,
    labelled_hits: labelledHits,
    wrong_hits: wrongHits,
    saved: { total_tokens: saved.tokens, usd: formatNanoUsd(saved.nanoUsd) },
  };
}
