import { element } from "./dom.js";

const ROW = /^\s*\|.*\|\s*$/;
const RULE = /^\s*\|(?:\s*:?-+:?\s*\|)+\s*$/;

/** A table begins with a row and a rule. */
export function isTable(lines, at) {
  return ROW.test(lines[at]) && RULE.test(lines[at + 1] ?? "");
}

export function readTable(lines, start, inline) {
  if (!isTable(lines, start)) return undefined;
  const names = cellsOf(lines[start]);
  const head = element(
    "tr",
    {},
    ...names.map((name) => element("th", { scope: "col" }, inline(name))),
  );
  const body = element("tbody");
  let at = start + 2;
  for (; at < lines.length && ROW.test(lines[at]); at += 1) {
    const cells = cellsOf(lines[at]).slice(0, names.length);
    body.append(element("tr", {}, ...cells.map((cell) => element("td", {}, inline(cell)))));
  }
  const table = element("table", {}, element("thead", {}, head), body);
  return { node: element("div", { class: "table", tabindex: "0" }, table), next: at };
}

/** `\|` is a bar in a cell. */
function cellsOf(line) {
  return line
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}
