import type { RecordStores } from "./compose-records.ts";
import type { Config } from "./config.ts";
import type { Logger } from "./operations/logger.ts";
import type { Metrics } from "./operations/metrics.ts";
import { createLookupLog, type LookupLog } from "./tuning/lookup-log.ts";

/** The log of lookups, written beside the answers. */
export function composeLookupLog(
  { lookupLog }: Config,
  { lookups }: RecordStores,
  { metrics, logger }: { metrics: Metrics; logger: Logger },
): LookupLog {
  return createLookupLog({
    ...lookupLog,
    store: lookups,
    random: Math.random,
    onLost({ count, error }) {
      metrics.countLostLookups(count);
      if (error !== undefined) logger.warn({ err: error, count }, "lookups could not be logged");
    },
  });
}
