import type { Logger } from "./logger.ts";

/** A step of shutting down, in the order given. */
export interface ShutdownStep {
  readonly name: string;
  /** @param leftMs of the time for all steps, in milliseconds */
  readonly run: (leftMs: number) => Promise<void> | void;
}

/** Longest time for all steps together, in milliseconds. */
const LIMIT_MS = 33_000;

/**
 * Gives a function that runs the steps once, however often it is called (a signal through npm comes
 * twice), and resolves to the exit code: 0, or 1 when a step failed or the limit passed.
 */
export function createShutdown(
  steps: readonly ShutdownStep[],
  logger: Logger,
  limitMs: number = LIMIT_MS,
): (cause: string) => Promise<number> {
  let running: Promise<number> | undefined;
  return (cause) => {
    running ??= runSteps(steps, logger, cause, limitMs);
    return running;
  };
}

async function runSteps(
  steps: readonly ShutdownStep[],
  logger: Logger,
  cause: string,
  limitMs: number,
): Promise<number> {
  logger.info({ cause }, "shutting down");
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<number>((resolve) => {
    timer = setTimeout(() => {
      logger.error({ limitMs }, "shutting down took too long");
      resolve(1);
    }, limitMs);
  });
  const code = await Promise.race([runEach(steps, logger, Date.now() + limitMs), late]);
  clearTimeout(timer);
  return code;
}

async function runEach(
  steps: readonly ShutdownStep[],
  logger: Logger,
  deadline: number,
): Promise<number> {
  let code = 0;
  for (const { name, run } of steps) {
    try {
      await run(Math.max(0, deadline - Date.now()));
    } catch (err) {
      logger.error({ err, step: name }, "a step of shutting down failed");
      code = 1;
    }
  }
  return code;
}
