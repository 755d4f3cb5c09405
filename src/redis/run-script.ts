import { createHash } from "node:crypto";
import { ErrorReply } from "redis";
import type { RedisClient } from "./connection.ts";

/** A Lua script with its digest. */
export interface Script {
  readonly text: string;
  readonly sha1: string;
}

/** A script that several commands are made one by; its text may be indented. */
export function defineScript(text: string): Script {
  return { text, sha1: createHash("sha1").update(text).digest("hex") };
}

/** Runs a script by its digest; sends its text where Redis does not know it (any more). */
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
