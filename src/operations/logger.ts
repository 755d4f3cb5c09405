import { pino } from "pino";
import type { Config } from "../config.ts";

/** Structured log lines, one JSON object each on standard output. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Keys and message texts are never logged; what is given as `err` keeps its stack. */
export function createLogger(level: Config["logLevel"]): Logger {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: ["authorization", "*.authorization", "apiKey", "*.apiKey"], remove: true },
  });
}
