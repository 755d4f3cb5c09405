import { z } from "zod";
import type { PassageLocator, TextPlace } from "./types.ts";

/** Schema of a `PassageLocator` from outside this process. */
export const locatorSchema = z.object({
  page: z.number().optional(),
  sheet: z.string().optional(),
  row: z.number().optional(),
});

/** Schema of a `TextPlace` from outside this process. */
export const textPlaceSchema = locatorSchema.extend({
  start: z.number(),
  part: z.string().optional(),
});

/** A range of a text within the same archive member, attachment or sheet. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  /** Names of the containers, outermost first. */
  readonly within: readonly string[];
}

/** Cuts a text where another part or sheet begins. */
export function* segmentsOf(length: number, places: readonly TextPlace[]): Generator<Segment> {
  let open = { start: 0, within: withinOf(undefined) };
  for (const place of places) {
    const within = withinOf(place);
    if (isSame(within, open.within)) continue;
    if (place.start > open.start) yield { ...open, end: place.start };
    open = { start: place.start, within };
  }
  if (length > open.start) yield { ...open, end: length };
}

function withinOf(place: TextPlace | undefined): readonly string[] {
  return [place?.part, place?.sheet].filter((name) => name !== undefined);
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, index) => name === other[index]);
}

/** Returns the position in the file for an offset of the text. Offsets must not decrease between calls. */
export function createLocator(
  text: string,
  places: readonly TextPlace[],
): (offset: number) => PassageLocator | undefined {
  let next = 0;
  let current: TextPlace | undefined;
  let counted = { at: 0, lines: 0 };
  return (offset) => {
    for (let place = places[next]; place !== undefined && place.start <= offset;) {
      current = place;
      counted = { at: place.start, lines: 0 };
      next += 1;
      place = places[next];
    }
    if (current === undefined) return undefined;
    if (current.row !== undefined) counted = countLines(text, counted, offset);
    return toLocator(current, counted.lines);
  };
}

function toLocator({ page, sheet, row }: TextPlace, lines: number): PassageLocator | undefined {
  if (page === undefined && sheet === undefined && row === undefined) return undefined;
  return {
    ...(page !== undefined && { page }),
    ...(sheet !== undefined && { sheet }),
    ...(row !== undefined && { row: row + lines }),
  };
}

function countLines(text: string, from: { at: number; lines: number }, to: number) {
  let { lines } = from;
  for (
    let at = text.indexOf("\n", from.at);
    at !== -1 && at < to;
    at = text.indexOf("\n", at + 1)
  ) {
    lines += 1;
  }
  return { at: Math.max(from.at, to), lines };
}
