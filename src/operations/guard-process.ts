import type { Logger } from "./logger.ts";

/** The part of `process` that reports unhandled errors. */
interface ProcessEvents {
  on(
    event: "uncaughtException" | "unhandledRejection",
    listener: (error: unknown) => void,
  ): unknown;
}

/**
 * Handles unhandled errors. They leave the process in an unknown state: the error is logged with
 * its stack, and `stop` drains and exits. Further errors are logged too.
 */
export function guardProcess(
  events: ProcessEvents,
  { logger, stop }: { logger: Logger; stop: (cause: string) => void },
): void {
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    events.on(event, (thrown) => {
      const err = thrown instanceof Error ? thrown : new Error(String(thrown));
      logger.error({ err, event }, "Unhandled error. The service drains and exits.");
      stop(event);
    });
  }
}
