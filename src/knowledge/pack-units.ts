import { MAX_PASSAGE_CHARACTERS, type Unit } from "./cut-units.ts";
import type { Span } from "./read-blocks.ts";

/** Minimum length before a cut in a run of rows, as a share of the maximum passage length. */
const LEAST_SHARE = 0.4;

/** The range of a future passage. */
export interface Piece extends Span {
  readonly headings: readonly string[];
  readonly lead: string;
}

/**
 * Joins neighbouring units of a section up to the maximum passage length. Paragraphs fill a passage as far as
 * possible. A run of rows is cut before its best line and, among equals, the one with the lowest hash: editing
 * a row only moves the cuts next to it.
 */
export function* packUnits(units: Iterable<Unit>, text: string): Generator<Piece> {
  let open: Unit[] = [];
  for (const unit of units) {
    if (open[0] !== undefined && open[0].headings !== unit.headings) {
      yield toPiece(open);
      open = [];
    }
    while (open[0] !== undefined && unit.end - open[0].start > roomOf(open[0])) {
      const cut = chooseCut(open, unit, text);
      yield toPiece(open.slice(0, cut));
      open = open.slice(cut);
    }
    open.push(unit);
  }
  if (open.length > 0) yield toPiece(open);
}

function toPiece(units: readonly Unit[]): Piece {
  const [first] = units;
  const last = units.at(-1);
  if (first === undefined || last === undefined) throw new RangeError("a passage has no text");
  return { start: first.start, end: last.end, headings: first.headings, lead: first.lead };
}

function roomOf({ lead }: Unit): number {
  return MAX_PASSAGE_CHARACTERS - (lead === "" ? 0 : lead.length + 1);
}

/** Returns the number of units in the passage; the next unit is not one of them. */
function chooseCut(open: readonly Unit[], next: Unit, text: string): number {
  let best: Cut | undefined;
  for (const found of possibleCuts(open, next, text)) {
    if (best === undefined || isBetter(found, best)) best = found;
  }
  return best?.cut ?? open.length;
}

/** Yields possible cuts from the end of a run of rows, while enough text remains before them. */
function* possibleCuts(open: readonly Unit[], next: Unit, text: string): Generator<Cut> {
  const [first = next] = open;
  const least = first.start + LEAST_SHARE * roomOf(first);
  for (let cut = open.length; cut > 0; cut -= 1) {
    const { depth, ...span } = open[cut] ?? next;
    const before = open[cut - 1] ?? first;
    if (depth === undefined || before.end < least) return;
    yield { cut, depth, hash: hashOf(text, span) };
  }
}

interface Cut {
  readonly cut: number;
  readonly depth: number;
  readonly hash: number;
}

function isBetter(one: Cut, other: Cut): boolean {
  return one.depth === other.depth ? one.hash < other.hash : one.depth < other.depth;
}

/** FNV-1a of a unit's text. */
function hashOf(text: string, { start, end }: Span): number {
  let hash = 0x81_1c_9d_c5;
  for (let at = start; at < end; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01_00_01_93);
  }
  // Mixes the bits: in similar texts mainly the last ones differ.
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c_1b_3c_6d) >>> 0;
}
