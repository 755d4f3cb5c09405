import { createHash } from "node:crypto";
import { cutBlock, type Unit } from "./cut-units.ts";
import { packUnits } from "./pack-units.ts";
import { readBlocks, type Block } from "./read-blocks.ts";
import { createLocator, segmentsOf } from "./text-places.ts";
import type { DocumentInput, Passage } from "./types.ts";

type SplitDocument = Pick<DocumentInput, "id" | "title" | "text" | "places">;

/** All passages of a document; see `readPassages`. */
export function splitDocument(document: SplitDocument): Passage[] {
  return [...readPassages(document)];
}

/**
 * Splits a document along its structure. Passages never cross a heading, a sheet or a part, and never cut a
 * paragraph, list item, table row or line of code that fits into one. Headings are kept beside the text, not in
 * it. A document with only headings is split as text. Yields passage by passage, so that the caller may stop.
 */
export function* readPassages(document: SplitDocument): Generator<Passage> {
  const { id: documentId, title, text, places = [] } = document;
  const locate = createLocator(text, places);
  for (const { start, end, headings, lead } of packUnits(readUnits(document), text)) {
    const locator = locate(start);
    const passage = {
      documentId,
      title,
      headings,
      text: text.slice(start, end),
      start,
      end,
      ...(lead !== "" && { lead }),
      ...(locator !== undefined && { locator }),
    };
    yield { id: passageId(passage), ...passage };
  }
}

/** Unique within a document: two passages never have the same start. */
function passageId(passage: Omit<Passage, "id">): string {
  const { documentId, title, headings, text, start, lead, locator } = passage;
  const around = lead === undefined && locator === undefined ? [] : [lead ?? "", locator ?? null];
  const content = JSON.stringify([documentId, title, headings, text, start, ...around]);
  return `psg_${createHash("sha256").update(content).digest("hex").slice(0, 24)}`;
}

function* readUnits({ title, text, places = [] }: SplitDocument): Generator<Unit> {
  let isEmpty = true;
  for (const { start, end, within } of segmentsOf(text.length, places)) {
    const isWhole = start === 0 && end === text.length;
    const headingsOf = rememberLast((above: readonly string[]) =>
      withoutTitle([...within, ...above], title),
    );
    for (const block of readBlocks(isWhole ? text : text.slice(start, end))) {
      isEmpty = false;
      const headings = headingsOf(block.headings);
      yield* cutBlock(
        { ...block, headings, start: block.start + start, end: block.end + start },
        text,
      );
    }
  }
  if (isEmpty) yield* cutBlock(wholeText(text), text);
}

/** For a document with only headings: treats them as text. */
function wholeText(text: string): Block {
  return { start: 0, end: text.length, kind: "rows", headings: [], lead: "" };
}

function withoutTitle(headings: readonly string[], title: string): readonly string[] {
  return headings[0] === title ? headings.slice(1) : headings;
}

/** Memoises the last result: all blocks of a section share one array of headings. */
function rememberLast<Key, Value>(make: (key: Key) => Value): (key: Key) => Value {
  let last: { key: Key; value: Value } | undefined;
  return (key) => {
    if (last?.key !== key) last = { key, value: make(key) };
    return last.value;
  };
}
