import { createRandom } from "./seeded-random.ts";

/** A generated page. */
export interface Page {
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

const VOWELS = ["a", "e", "i", "o", "u", "ai", "ou"];
const CONSONANTS = "b c d f g h k l m n p r s t v w br st tr pl ch".split(" ");
const COMMON =
  "the of and to in is for that you with on your be a this by or can from it when are".split(" ");
const VOCABULARY = 8_000;
const SECTIONS = 5;

/**
 * Pages of five sections, each with a heading and about ninety words, with the word frequencies of a language:
 * half common words, half an invented vocabulary in which the n-th word has 1/n the frequency of the first.
 */
export function makePages(count: number, seed = 1): Page[] {
  const random = createRandom(seed);
  const pick = (list: readonly string[]) => list[Math.floor(random() * list.length)] ?? "";
  const vocabulary = Array.from({ length: VOCABULARY }, () =>
    Array.from(
      { length: 1 + Math.floor(random() * 3) },
      () => pick(CONSONANTS) + pick(VOWELS),
    ).join(""),
  );
  // For a uniform number u, size^u has the density 1/x.
  const rare = () => vocabulary[Math.floor(VOCABULARY ** random()) - 1] ?? "";
  const word = () => (random() < 0.5 ? pick(COMMON) : rare());
  const words = (length: number, next = word) => Array.from({ length }, next).join(" ");
  const sentence = () => `${words(8 + Math.floor(random() * 14))}.`;
  const section = () =>
    `## ${words(3, rare)}\n\n${Array.from({ length: 6 }, sentence).join(" ")}\n`;
  return Array.from({ length: count }, (_value, index) => {
    const title = words(3, rare);
    const sections = Array.from({ length: SECTIONS }, section);
    return { id: `page-${index}`, title, text: `# ${title}\n\n${sections.join("\n")}` };
  });
}
