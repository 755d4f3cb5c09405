import type { Logger } from "./logger.ts";

/** The part of `process` that tells of errors that nobody handled. */
interface ProcessEvents {
  on(
    event: "uncaughtException" | "unhandledRejection",
    listener: (error: unknown) => void,
  ): unknown;
}

/**
 * An error that nobody handled leaves the process in an unknown state: it is logged with its stack and
 * `stop` is called, which drains and exits. Every further one is logged too, so that none is hidden by
 * the first.
 */
export function guardProcess(
  events: ProcessEvents,
  { logger, stop }: { logger: Logger; stop: (cause: string) => void },
): void {
  for (const event of ["uncaughtException", "unhandledRejection"] as const) {
    events.on(event, (thrown) => {
      const err = thrown instanceof Error ? thrown : new Error(String(thrown));
      logger.error({ err, event }, "An error was not handled. The service drains and exits.");
      stop(event);
    });
  }
}
