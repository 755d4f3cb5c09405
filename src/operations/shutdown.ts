import type { Logger } from "./logger.ts";

/** A step of shutting down, in the order given. */
export interface ShutdownStep {
  readonly name: string;
  readonly run: () => Promise<void> | void;
}

/** Longest time for all steps together, in milliseconds. */
const LIMIT_MS = 34_000;

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
  const code = await Promise.race([runEach(steps, logger), late]);
  clearTimeout(timer);
  return code;
}

async function runEach(steps: readonly ShutdownStep[], logger: Logger): Promise<number> {
  let code = 0;
  for (const { name, run } of steps) {
    try {
      await run();
    } catch (err) {
      logger.error({ err, step: name }, "a step of shutting down failed");
      code = 1;
    }
  }
  return code;
}
