import { createHash } from "node:crypto";
import { ErrorReply } from "redis";
import type { RedisClient } from "./connection.ts";

/** A Lua script and its SHA-1. */
export interface Script {
  readonly text: string;
  readonly sha1: string;
}

/** Defines a Lua script. */
export function defineScript(text: string): Script {
  return { text, sha1: createHash("sha1").update(text).digest("hex") };
}

/** Runs a script by its SHA-1; sends its text if Redis does not have it. */
export async function runScript(
  client: RedisClient,
  script: Script,
  keys: readonly string[],
  values: readonly (string | Buffer)[],
): Promise<unknown> {
  const options = { keys: [...keys], arguments: [...values] };
  try {
    return await client.evalSha(script.sha1, options);
  } catch (error) {
    if (!(error instanceof ErrorReply) || !error.message.startsWith("NOSCRIPT")) throw error;
    return client.eval(script.text, options);
  }
}
