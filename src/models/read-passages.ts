import { words } from "../language/words.ts";
import { readSaid } from "../language/match-words.ts";
import { type SaidWords } from "../language/match-words.ts";

/** A passage of the prompt. */
export interface NumberedPassage {
  readonly number: number;
  readonly title: string;
  readonly text: string;
}

/** A sentence, list item or table row. */
export interface Unit {
  readonly passage: ReadPassage;
  readonly text: string;
  readonly said: SaidWords;
  /** Paragraph or list of the passage. */
  readonly block: number;
  readonly order: number;
}

/** A passage with its words. */
export interface ReadPassage {
  readonly number: number;
  /** Words of its title and headings, and of everything. */
  readonly around: SaidWords;
  readonly whole: SaidWords;
  /** The innermost heading. */
  readonly heading: string;
  readonly units: Unit[];
}

const MAX_UNITS = 2_000;
const LIST_ITEM = /^\s*(?:[-*+]|\d+[.)])\s+/;
const TABLE_RULE = /^[\s|:-]+$/;

export function readPassages(passages: readonly NumberedPassage[]): ReadPassage[] {
  let order = 0;
  return passages.map(({ number, title, text }) => {
    const whole = readSaid(`${title}\n${text}`);
    const passage: ReadPassage = {
      number,
      around: readSaid(title),
      whole,
      heading: title.split(" > ").at(-1) ?? "",
      units: [],
    };
    for (const [block, part] of splitBlocks(text).entries()) {
      for (const sentence of splitSentences(part)) {
        if (order >= MAX_UNITS) return passage;
        const said = readSaid(sentence);
        if (said.words.length === 0) continue;
        passage.units.push({ passage, text: sentence, said, block, order });
        order += 1;
      }
    }
    return passage;
  });
}

/** Paragraphs, lists and tables. */
function splitBlocks(text: string): string[] {
  return text.split(/\n\s*\n/);
}

/** Sentences, list items and table rows. A line break within a paragraph does not end a sentence. */
function splitSentences(block: string): string[] {
  const rows = readTable(block);
  if (rows !== undefined) return rows;
  return block
    .split(/\n(?=\s*(?:[-*+|]|\d+[.)]\s))/)
    .flatMap((item) =>
      item.split(/(?<=[.!?])\s+(?=[\p{Lu}\p{N}"'(*])|(?<=[。！？][」』”）]?)(?![」』”）])/u),
    )
    .map((sentence) =>
      sentence
        .replace(/\s+/g, " ")
        .replace(LIST_ITEM, "")
        .replace(/^\|\s*|\s*\|$/g, "")
        .trim(),
    )
    .filter(
      (sentence) =>
        !/^[-|:\s]*$/.test(sentence) && !sentence.startsWith("#") && words(sentence).length > 1,
    );
}

/** The rows of a table with a header, each cell behind the name of its column. */
function readTable(block: string): string[] | undefined {
  const lines = block.split("\n").filter((line) => line.trim() !== "");
  const rule = lines.findIndex(
    (line) => line.includes("-") && line.includes("|") && TABLE_RULE.test(line),
  );
  if (rule < 1) return undefined;
  const header = readCells(lines[rule - 1] ?? "");
  return lines.slice(rule + 1).map((line) => {
    const [first = "", ...cells] = readCells(line);
    const named = cells.map((cell, at) => `${header[at + 1] ?? ""} ${cell}`.trim());
    return named.length === 0 ? first : `${header[0] ?? ""} ${first}: ${named.join("; ")}.`.trim();
  });
}

function readCells(line: string): string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());
}
