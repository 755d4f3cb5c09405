import { pino } from "pino";
import type { Config } from "../config.ts";
import { sourceStack } from "./source-stack.ts";

/** Structured log lines, one JSON object each on standard output. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Keys and message texts are never logged; what is given as `err` keeps its stack. */
export function createLogger(level: Config["logLevel"]): Logger {
  const output = pino.destination({ fd: 1, sync: true });
  // A full disk or a reader that has gone must not end the service: the line is lost.
  output.on("error", () => undefined);
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describeError },
      redact: { paths: ["authorization", "*.authorization", "apiKey", "*.apiKey"], remove: true },
    },
    output,
  );
}

/** As pino does it, with the sources of the build in its stack. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const described = pino.stdSerializers.err(error);
  return { ...described, stack: sourceStack(described.stack) };
}
