/** A worker process of an evaluation: evaluates the portions it receives, one after the other. */
import { readConfig } from "../../src/config.ts";
import type { Embedder } from "../../src/models/types.ts";
import { readDataSet } from "./data-set.ts";
import { askHere, type AskPortion } from "./evaluate.ts";
import { portionSchema, setupSchema, type Setup } from "./processes.ts";
import { openEmbedder, openSystem } from "./system.ts";

let opened: Promise<AskPortion> | undefined;

process.on("message", (message: unknown) => {
  if (opened === undefined) opened = open(setupSchema.parse(message));
  else void report(opened, message);
});

async function report(opened: Promise<AskPortion>, message: unknown): Promise<void> {
  try {
    const ask = await opened;
    process.send?.({ columns: await ask(portionSchema.parse(message)) });
  } catch (error) {
    process.send?.({ error: error instanceof Error ? String(error.stack) : String(error) });
  }
}

async function open({ folder, cacheFile, embedder, environment }: Setup): Promise<AskPortion> {
  const config = readConfig(environment);
  const system = await openSystem(config, {
    embedder: openLater(embedder, () => openEmbedder(config)),
    cacheFile,
  });
  return askHere(await readDataSet(folder), system);
}

/** An embedder that loads on first use: most vectors are in the file. */
function openLater(
  known: Pick<Embedder, "id" | "model" | "dimensions">,
  open: () => Promise<Embedder>,
): Embedder {
  let inner: Promise<Embedder> | undefined;
  return {
    ...known,
    async embed(texts, options) {
      inner ??= open();
      return (await inner).embed(texts, options);
    },
    async close() {
      await (await inner)?.close();
    },
  };
}
