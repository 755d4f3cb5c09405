/**
 * Results of the rule that compares a served answer with a new one (`src/tuning/compare-answers.ts`) on
 * answers with a common document that are known to be equivalent or different.
 *
 *   npm run bench:compare-answers -- FOLDER [builtin|local] [vectors.jsonl]
 *
 * FOLDER is that of `npm run evaluate`. The sets are stand-ins: none has two answers of a language model.
 */
import { cosine } from "../src/vectors/vector-table.ts";
import { openEmbedder } from "../scripts/tune/open-embedder.ts";
import { compareAnswers } from "../src/tuning/compare-answers.ts";
import { readAnswerPairs, type PairSet } from "./evaluate/answer-pairs.ts";
import { formatTable } from "./evaluate/table.ts";
import { openVectors } from "./evaluate/vectors.ts";
import { createRandom } from "./support/seeded-random.ts";

/** Maximum pairs per set, sampled at random. */
const MOST_PAIRS = 1_000;
const BOUNDS = [0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95];
/** Minimum similarity for the rule to be sure. */
const ALIKE = 0.8;
const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];

const [folder, kind = "local", cacheFile] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write("npm run bench:compare-answers -- FOLDER [builtin|local] [vectors.jsonl]\n");
  process.exit(2);
}

const embedder = await openEmbedder(kind);
const vectors = await openVectors({ embedder, cacheFile });
const sets = (await readAnswerPairs(folder)).map((set) => draw(set));
await vectors.prepare(sets.flatMap(({ pairs }) => pairs.flatMap(({ one, other }) => [one, other])));
const measured = sets.map((set) => ({ set, compared: compare(set) }));
process.stdout.write(`${embedder.id}\n\n${spreadTable()}\n\n${ruleTable()}\n`);
await embedder.close();

function draw(set: PairSet): PairSet {
  const random = createRandom(7);
  const pairs = set.pairs
    .map((pair) => ({ pair, place: random() }))
    .toSorted((one, other) => one.place - other.place)
    .slice(0, MOST_PAIRS)
    .map(({ pair }) => pair);
  return { ...set, pairs };
}

function compare({ pairs }: PairSet) {
  return pairs
    .map(({ one, other }) => {
      const similarity = cosine(vectors.of(one), vectors.of(other));
      const said = sayOf(one, other, similarity);
      // At any similarity.
      const hasOtherNumbers = !sayOf(one, other, 1).same;
      return { similarity, hasOtherNumbers, ...said };
    })
    .toSorted((one, other) => one.similarity - other.similarity);
}

function sayOf(one: string, other: string, similarity: number) {
  const shared = { documentIds: ["document"], isRefusal: false };
  return compareAnswers({ ...shared, text: one }, { ...shared, text: other }, similarity);
}

/** The distribution of similarities. */
function spreadTable(): string {
  const rows = measured.map(({ set, compared }) => [
    nameOf(set),
    String(compared.length),
    ...QUANTILES.map((share) => at(compared, share)),
    ...BOUNDS.map((bound) => shareOf(compared, ({ similarity }) => similarity >= bound)),
  ]);
  const quantiles = QUANTILES.map((share) => `${share * 100} %`);
  const bounds = BOUNDS.map((bound) => `from ${bound}`);
  return formatTable([["set", "pairs", ...quantiles, ...bounds], ...rows]);
}

/** The verdicts of the rule. */
function ruleTable(): string {
  const rows = measured.map(({ set, compared }) => [
    nameOf(set),
    shareOf(compared, ({ same, isVerified }) => same && isVerified),
    shareOf(compared, ({ same, isVerified }) => same && !isVerified),
    shareOf(compared, ({ same, isVerified }) => !same && !isVerified),
    shareOf(compared, ({ same, isVerified }) => !same && isVerified),
    shareOf(compared, ({ same }) => same === set.same),
    shareOf(compared, ({ hasOtherNumbers }) => hasOtherNumbers),
    shareOf(
      compared.filter(({ similarity }) => similarity >= ALIKE),
      ({ hasOtherNumbers }) => hasOtherNumbers,
    ),
  ]);
  const said = ["same", "same?", "different?", "different", "right", "other numbers"];
  return formatTable([["set", ...said, `of those from ${ALIKE}`], ...rows]);
}

function nameOf({ name, same }: PairSet): string {
  return `${same ? "same" : "different"}: ${name}`;
}

function at(sorted: readonly { similarity: number }[], share: number): string {
  const place = Math.min(sorted.length - 1, Math.floor(share * sorted.length));
  return sorted[place]?.similarity.toFixed(2) ?? "-";
}

function shareOf<Row>(rows: readonly Row[], isCounted: (row: Row) => boolean): string {
  if (rows.length === 0) return "-";
  return `${((rows.filter(isCounted).length / rows.length) * 100).toFixed(1)} %`;
}
