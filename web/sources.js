import { element, fragment } from "./dom.js";

/** What an answer cites: its sources as a list, and the marks in its text that open them. */
export function createSources(answer = "", citations = []) {
  const numbers = citedNumbers(answer, citations.length);
  const items = citations.map((citation, place) => source(numbers[place], citation));
  const list = element("ul", { class: "sources" }, ...items);
  const heading = element("h3", { class: "label" }, "Sources");

  function open(place) {
    const details = items[place].firstElementChild;
    details.open = true;
    details.firstElementChild.focus({ preventScroll: true });
    details.scrollIntoView({ block: "nearest" });
  }

  function mark(number) {
    const place = numbers.indexOf(number);
    if (place === -1) return element("span", { class: "mark" }, `[${number}]`);
    const name = `Source ${number}: ${citations[place].title}`;
    const attributes = {
      type: "button",
      class: "mark",
      title: citations[place].title,
      "aria-label": name,
    };
    return element("button", { ...attributes, click: () => open(place) }, `[${number}]`);
  }

  return {
    nodes: items.length === 0 ? [] : [heading, list],
    /** What stands for `[n, m]`, as it was written, in the text. */
    marks(cited, written) {
      if (!cited.some((number) => numbers.includes(number))) {
        return element("span", { class: "mark" }, written);
      }
      return fragment(...cited.map(mark));
    },
  };
}

function source(number, { title, passage }) {
  const summary = element(
    "summary",
    {},
    element("span", { class: "number" }, String(number ?? "·")),
    element("span", { class: "title", dir: "auto" }, title),
  );
  return element(
    "li",
    {},
    element("details", {}, summary, element("blockquote", { dir: "auto" }, passage)),
  );
}

/**
 * The number in the text of each citation, in their order: citations come in the order of their first
 * mention, and numbers beyond the passages, which are the largest ones, have none.
 */
function citedNumbers(text, count) {
  const numbers = new Set();
  for (const [, list] of text.matchAll(/\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]/g)) {
    for (const number of list.split(",")) numbers.add(Number(number));
  }
  numbers.delete(0);
  while (numbers.size > count) numbers.delete(Math.max(...numbers));
  return [...numbers];
}
