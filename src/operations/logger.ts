import { pino } from "pino";
import type { Config } from "../config.ts";
import { sourceStack } from "./source-stack.ts";

/** Structured logging: one JSON object per line on standard output. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** API keys and message texts are never logged. An error given as `err` is logged with its stack. */
export function createLogger(level: Config["logLevel"]): Logger {
  const output = pino.destination({ fd: 1, sync: true });
  // A full disk or a closed pipe must not end the service: the line is lost.
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

/** Pino's serialiser, with source files instead of bundles in the stack. */
function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const described = pino.stdSerializers.err(error);
  return { ...described, stack: sourceStack(described.stack) };
}
