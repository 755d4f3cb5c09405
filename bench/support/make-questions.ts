import { createRandom } from "./seeded-random.ts";

/** A cached or asked question. */
export interface ScopedVector {
  readonly scope: string;
  /** L2-normalised. */
  readonly vector: Float32Array;
}

/** Options of the generated questions. */
export interface QuestionsOptions {
  readonly count: number;
  readonly dimensions: number;
  /** Scope names. Each scope has half as many entries as the one before, of the same questions. */
  readonly scopes: readonly string[];
  /** Cached questions that are wordings of one question. */
  readonly wordings: number;
  readonly seed: number;
}

/** Cosine similarities: of any two questions, of two on a topic, of wordings of one question. */
const ANY = 0.15;
const TOPIC = 0.4;
const WORDING = { least: 0.95, most: 0.999 };
const TOPICS = 100;

/** Questions with the distribution of embedders: topics, questions on them, and close wordings of each. */
export interface Questions {
  readonly stored: readonly ScopedVector[];
  /**
   * Asked questions, evenly from all scopes: a third each nearly identical, other wordings, and new questions
   * on a known topic.
   */
  ask(count: number): readonly ScopedVector[];
}

/** Seeded: the same options return the same questions. */
export function makeQuestions(options: QuestionsOptions): Questions {
  const { count, dimensions, scopes, wordings } = options;
  const draw = createDraw(dimensions, options.seed);
  const pick = <Item>(items: readonly Item[]): Item => {
    const item = items[Math.floor(draw.random() * items.length)];
    if (item === undefined) throw new RangeError("nothing to pick from");
    return item;
  };
  const common = draw.direction();
  const topics = Array.from({ length: TOPICS }, () => draw.direction());
  const newQuestion = () =>
    mix(
      [Math.sqrt(ANY), common],
      [Math.sqrt(TOPIC - ANY), pick(topics)],
      [Math.sqrt(1 - TOPIC), draw.direction()],
    );
  const rewording = (vector: Float32Array, similarity: number) =>
    mix([similarity, vector], [Math.sqrt(1 - similarity ** 2), draw.direction()]);
  const anyWording = () => WORDING.least + (WORDING.most - WORDING.least) * draw.random();
  const questions = Array.from({ length: Math.ceil(count / wordings) }, newQuestion);
  const stored = Array.from({ length: count }, (_, index) => ({
    scope: scopes[Math.min(trailingZeros(index + 1), scopes.length - 1)] ?? "",
    vector: rewording(pick(questions), anyWording()),
  }));
  return {
    stored,
    ask: (asked) =>
      Array.from({ length: asked }, (_, index) => {
        const scope = pick(scopes);
        const { vector } = pick(stored.filter((each) => each.scope === scope));
        const near = [rewording(vector, 0.99), rewording(vector, 0.9), newQuestion()];
        return { scope, vector: near[index % near.length] ?? vector };
      }),
  };
}

/** Half of all whole numbers have none, a quarter have one, and so on. */
function trailingZeros(number: number): number {
  return 31 - Math.clz32(number & -number);
}

function createDraw(dimensions: number, seed: number) {
  const random = createRandom(seed);
  // Box-Muller transform; 1 - u is never 0.
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return {
    random,
    direction: () => unit(Float32Array.from({ length: dimensions }, normal)),
  };
}

function mix(...parts: readonly [number, Float32Array][]): Float32Array {
  const sum = new Float32Array(parts[0]?.[1].length ?? 0);
  for (const [weight, vector] of parts) {
    for (const [place, number] of vector.entries())
      sum[place] = (sum[place] ?? 0) + weight * number;
  }
  return unit(sum);
}

function unit(vector: Float32Array): Float32Array {
  const length = Math.hypot(...vector);
  return vector.map((number) => number / length);
}
