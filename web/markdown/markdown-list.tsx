import type { ComponentChildren } from "preact";
import type { Block, RenderWords } from "./block.ts";

/** Maximum nesting; deeper items join the deepest list. */
const MAX_DEPTH = 6;
const ITEM = /^(\s*)([-*+]|(\d{1,4})[.)])\s+(.*)$/;

interface Item {
  readonly indent: number;
  /** Undefined in a list without numbers. */
  readonly number: number | undefined;
  readonly text: string;
}

interface ListItem {
  readonly words: ComponentChildren[];
  readonly lists: OpenList[];
}

interface OpenList {
  readonly items: ListItem[];
  readonly indent: number;
  /** Number of the first item; undefined without numbers. */
  readonly start: number | undefined;
}

/** Whether a line begins an item. */
export function isItem(line: string): boolean {
  return ITEM.test(line);
}

/** A list with nested lists. */
export function readList(
  lines: readonly string[],
  start: number,
  inline: RenderWords,
): Block | undefined {
  const first = readItem(lines[start] ?? "");
  if (first === undefined) return undefined;
  const outline = createOutline(first, inline);
  let next = start + 1;
  while (next < lines.length && addLine(outline, lines, next)) next += 1;
  return { node: <List list={outline.root} />, next };
}

/** Adds a line to the list if it belongs there; returns whether it did. */
function addLine(outline: Outline, lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? "";
  const item = readItem(line);
  if (item !== undefined) return outline.add(item);
  if (!continuesItem(line)) return isGap(lines, at);
  outline.extend(line.trim());
  return true;
}

function readItem(line: string): Item | undefined {
  const [, space, , number, text] = ITEM.exec(line) ?? [];
  if (space === undefined || text === undefined) return undefined;
  return { indent: space.length, number: number === undefined ? undefined : Number(number), text };
}

/** An indented line continues its item, unless it begins a code block. */
function continuesItem(line: string): boolean {
  return /^\s{2,}(?!```|~~~)\S/.test(line);
}

/** One empty line is allowed between items. */
function isGap(lines: readonly string[], at: number): boolean {
  return lines[at]?.trim() === "" && isItem(lines[at + 1] ?? "");
}

type Outline = ReturnType<typeof createOutline>;

function createOutline(first: Item, inline: RenderWords) {
  const toItem = ({ text }: Item): ListItem => ({ words: [inline(text)], lists: [] });
  const root: OpenList = { items: [toItem(first)], indent: first.indent, start: first.number };
  /** The open nested lists, the innermost last. */
  const inner: OpenList[] = [];
  const last = () => inner.at(-1) ?? root;

  function open(item: Item): void {
    const list: OpenList = { items: [toItem(item)], indent: item.indent, start: item.number };
    last().items.at(-1)?.lists.push(list);
    inner.push(list);
  }

  return {
    root,
    /** Returns false if the item belongs to another list. */
    add(item: Item): boolean {
      while (inner.length > 0 && item.indent < last().indent) inner.pop();
      const isDeeper = item.indent > last().indent + 1 && inner.length + 1 < MAX_DEPTH;
      const isOther = (last().start === undefined) !== (item.number === undefined);
      if (!isDeeper && isOther) {
        if (inner.length === 0) return false;
        inner.pop();
      }
      if (isDeeper || isOther) open(item);
      else last().items.push(toItem(item));
      return true;
    },
    extend(text: string): void {
      last().items.at(-1)?.words.push(" ", inline(text));
    },
  };
}

function List({ list: { items, start } }: { readonly list: OpenList }) {
  const children = items.map(({ words, lists }) => (
    <li>
      {words}
      {lists.map((list) => (
        <List list={list} />
      ))}
    </li>
  ));
  return start === undefined ? <ul>{children}</ul> : <ol start={start}>{children}</ol>;
}
