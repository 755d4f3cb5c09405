import { element } from "./dom.js";

/** Items that are deeper stand in the deepest list. */
const MAX_DEPTH = 6;
const ITEM = /^(\s*)([-*+]|(\d{1,4})[.)])\s+(.*)$/;

export function isItem(line) {
  return ITEM.test(line);
}

/** A list with the lists in it. */
export function readList(lines, start, inline) {
  if (!isItem(lines[start])) return undefined;
  const outline = createOutline(inline);
  let at = start;
  while (at < lines.length) {
    const item = ITEM.exec(lines[at]);
    if (item === null && goesOn(lines[at])) outline.extend(lines[at].trim());
    else if (item === null && !isGap(lines, at)) break;
    else if (item !== null && !outline.add(item)) break;
    at += 1;
  }
  return { node: outline.root(), next: at };
}

/** An indented line goes on with its item, unless it begins a block of code. */
function goesOn(line) {
  return /^\s{2,}(?!```|~~~)\S/.test(line);
}

/** One empty line may stand between items. */
function isGap(lines, at) {
  return lines[at].trim() === "" && isItem(lines[at + 1] ?? "");
}

function createOutline(inline) {
  /** The lists that are open, the outermost first. */
  const levels = [];

  function open(indent, number) {
    const ordered = number !== undefined;
    const list = ordered ? element("ol", { start: Number(number) }) : element("ul");
    levels.at(-1)?.list.lastElementChild.append(list);
    levels.push({ list, indent, ordered });
  }

  return {
    root: () => levels[0].list,
    /** False when the item belongs to another list. */
    add([, space, , number, text]) {
      const indent = space.length;
      while (levels.length > 1 && indent < levels.at(-1).indent) levels.pop();
      const { indent: outer, ordered } = levels.at(-1) ?? { indent: -2, ordered: false };
      const isDeeper = indent > outer + 1 && levels.length < MAX_DEPTH;
      const isOther = ordered !== (number !== undefined);
      if (!isDeeper && isOther) {
        if (levels.length === 1) return false;
        levels.pop();
      }
      if (isDeeper || isOther) open(indent, number);
      levels.at(-1).list.append(element("li", {}, inline(text)));
      return true;
    },
    extend(text) {
      levels.at(-1).list.lastElementChild.append(" ", inline(text));
    },
  };
}
