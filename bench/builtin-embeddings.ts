/**
 * Load time and time per question of the built-in embeddings. Run with `npx tsx bench/builtin-embeddings.ts`.
 * Method: the model is loaded 9 times (files in the page cache), median of the wall times; then 2,000 seeded questions of 12 words
 * are embedded one call each after a warm-up of 200, median and 99th percentile of the wall times.
 */
import { join } from "node:path";
import { createBuiltinEmbeddings } from "../src/models/builtin-embeddings.ts";
import { percentile } from "./support/percentile.ts";
import { createRandom } from "./support/seeded-random.ts";

const FOLDER = join(import.meta.dirname, "../data/models/builtin");
const WORDS =
  "how do I change the delivery address of my order after it was sent what is best way to reset a password on phone can you explain difference between refund and exchange".split(
    " ",
  );

async function main(): Promise<void> {
  const loads: number[] = [];
  for (let round = 0; round < 9; round += 1) {
    const begin = performance.now();
    await createBuiltinEmbeddings({ folder: FOLDER });
    loads.push(performance.now() - begin);
  }
  const embedder = await createBuiltinEmbeddings({ folder: FOLDER });
  const random = createRandom(1);
  const times: number[] = [];
  for (let count = 0; count < 2_200; count += 1) {
    const words = Array.from({ length: 12 }, () => WORDS[Math.floor(random() * WORDS.length)]);
    const begin = performance.now();
    await embedder.embed([`${words.join(" ")}?`]);
    if (count >= 200) times.push(performance.now() - begin);
  }
  console.log(
    `load: first ${(loads[0] ?? 0).toFixed(1)} ms, median ${percentile(loads, 0.5).toFixed(1)} ms of ${loads.length}`,
  );
  console.log(
    `question of 12 words: median ${percentile(times, 0.5).toFixed(4)} ms, p99 ${percentile(times, 0.99).toFixed(4)} ms of ${times.length}`,
  );
}

await main();
