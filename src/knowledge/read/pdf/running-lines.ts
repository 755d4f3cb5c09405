import type { BodyStyle, PageBoxes, TextBox } from "./types.ts";

/** Share of a page's height, at its top and at its bottom, in which running lines stand. */
const ZONE = 0.12;
/** A line on so large a share of the pages is a running one. */
const LEAST_SHARE = 0.4;
/** Tolerance of a place on the page, in points. */
const GRID = 4;

/**
 * Takes out running headers, footers and page numbers: lines at the edge of the pages, in no larger a
 * font than the text, that stand in the same place on many of them, their numbers aside.
 */
export function withoutRunningLines(pages: readonly PageBoxes[], body: BodyStyle): PageBoxes[] {
  if (pages.length < 2) return [...pages];
  const counts = new Map<string, Set<number>>();
  for (const page of pages) {
    for (const key of page.boxes.flatMap((box) => keysOf(box, page, body))) {
      const on = counts.get(key) ?? new Set();
      counts.set(key, on.add(page.number));
    }
  }
  const least = Math.max(2, LEAST_SHARE * pages.length);
  const isRunning = (box: TextBox, page: PageBoxes) =>
    keysOf(box, page, body).some((key) => (counts.get(key)?.size ?? 0) >= least);
  return pages.map((page) => ({
    ...page,
    boxes: page.boxes.filter((box) => !isRunning(box, page)),
  }));
}

/** Two of them, so that a place near the edge of the grid is in one with its like. */
function keysOf(box: TextBox, page: PageBoxes, body: BodyStyle): string[] {
  const text = box.text.trim();
  const isAtEdge = box.y < ZONE * page.height || box.y > (1 - ZONE) * page.height;
  if (text === "" || !isAtEdge || box.height > body.height * 1.05) return [];
  const form = text.replace(/\d+/g, "#").replace(/^[ivxlc]+$/i, "#");
  return [0, 0.5].map((shift) => `${Math.floor(box.y / GRID + shift)}:${shift}:${form}`);
}
