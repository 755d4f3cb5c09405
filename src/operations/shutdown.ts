import type { Logger } from "./logger.ts";

/** A shutdown step; steps run in order. */
export interface ShutdownStep {
  readonly name: string;
  /** @param leftMs time left for all steps, in milliseconds */
  readonly run: (leftMs: number) => Promise<void> | void;
}

/** Time limit of all steps together, in milliseconds. */
const LIMIT_MS = 33_000;

/**
 * Creates a function that runs the steps once, however often it is called: through npm a signal
 * arrives twice. It resolves to the exit code: 0, or 1 if a step failed or the time limit passed.
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
      logger.error({ limitMs }, "shutdown exceeded its time limit; exiting");
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
      logger.error({ err, step: name }, "a shutdown step failed; continuing with the next");
      code = 1;
    }
  }
  return code;
}
