/**
 * How many files and functions of src/ one cache hit runs through: `npm run bench:hit-files`. `--list` prints the
 * files with their number of functions, `--functions` also the names.
 */
import { Session } from "node:inspector/promises";
import { setTimeout as wait } from "node:timers/promises";
import { resolve } from "node:path";
import { z } from "zod";
import { startService } from "../test/support/start-service.ts";

const ROOT = resolve(import.meta.dirname, "..");
const SRC = new URL("../src/", import.meta.url).href;
/** Database writes follow shortly after the reply; their code counts too. */
const AFTER_REPLY_MS = 500;
const QUESTION = "How do I reset my password?";
const REWORDED = "How can I reset my password?";

const replySchema = z.object({ cache: z.object({ tier: z.string().nullable() }) });

const service = await startService({
  CHAT_MODEL: "offline-extractive",
  KNOWLEDGE_DIR: resolve(ROOT, "data/knowledge"),
});
const session = new Session();
session.connect();
await session.post("Profiler.enable");

let conversations = 0;

/** Asks in a new conversation. Returns the tier, null for a miss. */
async function ask(message: string): Promise<string | null> {
  conversations += 1;
  const body = { message, conversation_id: `hit-files-${conversations}` };
  const { json } = await service.call("POST", "/v1/chat", body);
  return replySchema.parse(json).cache.tier;
}

/** Functions that ran, by file, without the helper of the TypeScript loader. */
async function filesOf(
  message: string,
  tier: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  await session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: false });
  const got = await ask(message);
  if (got !== tier) throw new Error(`"${message}" was ${got ?? "a miss"}, not ${tier}`);
  await wait(AFTER_REPLY_MS);
  const { result } = await session.post("Profiler.takePreciseCoverage");
  await session.post("Profiler.stopPreciseCoverage");
  return new Map(
    result
      .filter(({ url }) => url.startsWith(SRC))
      .map(({ url, functions }): [string, string[]] => [
        url.slice(SRC.length),
        functions
          .filter(({ ranges }) => (ranges[0]?.count ?? 0) > 0)
          .map(({ functionName }) => functionName)
          .filter((name) => name !== "__name"),
      ])
      .filter(([, functions]) => functions.length > 0)
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

// First calls load patterns and tables, which a later hit does not.
for (let round = 0; round < 3; round += 1) {
  await ask(QUESTION);
  await ask(REWORDED);
}
await wait(AFTER_REPLY_MS);
for (const [message, tier] of [
  [QUESTION, "exact"],
  [REWORDED, "semantic"],
] as const) {
  const files = await filesOf(message, tier);
  const functions = [...files.values()].flat().length;
  console.log(`${tier} hit: ${files.size} files, ${functions} functions`);
  const hasNames = process.argv.includes("--functions");
  if (!hasNames && !process.argv.includes("--list")) continue;
  for (const [file, names] of files) {
    const said = hasNames ? `: ${names.map((name) => name || "(anonymous)").join(", ")}` : "";
    console.log(`  ${file} ${names.length}${said}`);
  }
}
session.disconnect();
await service.close();
