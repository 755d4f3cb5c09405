import { visibleText } from "../../visible-text.ts";
import type { TextPlace } from "../types.ts";
import { MAX_TEXT } from "./read-limits.ts";
import { tooLarge } from "./refusals.ts";

type PlaceDetails = Omit<TextPlace, "start">;

/** Writes the text of a file block by block, with the places of the blocks in the file. */
export interface TextWriter {
  /** Sets the place of the following text. */
  setPlace(place: PlaceDetails): void;
  /** Adds a block after a blank line. */
  addBlock(text: string): void;
  /** Adds a line. */
  addLine(text: string): void;
  /** Appends to the last block, with `glue` in between. */
  append(text: string, glue: string): void;
  /** Adds text with its own places. Details of the current place apply to all of it. */
  addText(text: string, places: readonly TextPlace[]): void;
  readonly isEmpty: boolean;
  end(): { text: string; places: TextPlace[] };
}

/** Creates an empty writer. */
export function createTextWriter(): TextWriter {
  const written: string[] = [];
  const places: TextPlace[] = [];
  let length = 0;
  let place: PlaceDetails = {};
  let isPlaced = true;

  function write(text: string): void {
    length += text.length;
    if (length > MAX_TEXT) throw tooLarge("is larger than 20 MB");
    written.push(text);
  }
  function startPlace(): void {
    if (isPlaced) return;
    isPlaced = true;
    if (places.at(-1)?.start === length) places.pop();
    places.push({ start: length, ...place });
  }
  function add(raw: string, glue: string): void {
    const text = visibleText(raw).replace(/^(?:[ \t]*\n)+|\s+$/g, "");
    if (text === "") return;
    if (length > 0) write(glue);
    startPlace();
    write(text);
  }

  return {
    setPlace(next) {
      if (isSame(next, place)) return;
      place = next;
      isPlaced = false;
    },
    addBlock: (text) => add(text, "\n\n"),
    addLine: (text) => add(text, "\n"),
    append: add,
    addText(text, inner) {
      if (text.trim() === "") return;
      if (length > 0) write("\n\n");
      const at = length;
      startPlace();
      for (const each of inner) {
        const start = at + each.start;
        if (places.at(-1)?.start === start) places.pop();
        places.push({ ...place, ...each, start });
      }
      write(text);
      isPlaced = false;
    },
    get isEmpty() {
      return length === 0;
    },
    end: () => ({ text: written.join(""), places }),
  };
}

/** Rows increase with each line, so the same row again is another place. */
function isSame(one: PlaceDetails, other: PlaceDetails): boolean {
  return (
    one.row === undefined &&
    other.row === undefined &&
    one.page === other.page &&
    one.sheet === other.sheet &&
    one.part === other.part
  );
}
