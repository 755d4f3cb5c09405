import { element } from "./dom.js";
import { createFigures } from "./figures.js";
import { renderMarkdown } from "./markdown.js";

/** What a reply's reasons mean; a code that is not here is shown as it is. */
const REASONS = {
  "exact-match": "same question",
  "similarity-above-threshold": "similar enough",
  "answered-in-flight": "the same question was being answered",
  "no-stored-answer": "nothing stored yet",
  "similarity-below-threshold": "nothing similar enough",
  "stale-evidence": "the sources have changed",
  "bypass-requested": "cache not used on request",
  "refresh-requested": "answered anew on request",
  "follow-up-not-resolved": "follow-up within this conversation",
  "cache-disabled": "cache is off",
  "cache-unavailable": "cache out of reach",
};

/** One question with its answer. `onRetry` is called when the user wants it asked again. */
export function createTurn({ question, onRetry }) {
  const badge = element("span", { class: "badge" }, "asking");
  const note = element("span", { class: "note" });
  const body = element("div", { class: "answer waiting" });
  const after = element("div", { class: "after" });
  const answer = element("article", { "aria-label": "Answer", "aria-busy": "true" });
  answer.append(element("p", { class: "verdict" }, badge, note), body, after);
  const node = element("section", { class: "turn" }, element("h2", { class: "question" }, question), answer);
  let text = "";
  let citations = [];
  let frame = 0;

  function draw() {
    cancelAnimationFrame(frame);
    frame = 0;
    body.classList.toggle("waiting", text === "" && answer.getAttribute("aria-busy") === "true");
    const numbers = citedNumbers(text, citations.length);
    body.replaceChildren(renderMarkdown(text, (cited, written) => marks(cited, written, numbers)));
  }

  function marks(cited, written, numbers) {
    if (!cited.some((number) => numbers.includes(number))) return element("span", { class: "mark" }, written);
    const nodes = document.createDocumentFragment();
    for (const number of cited) {
      const place = numbers.indexOf(number);
      if (place === -1) nodes.append(element("span", { class: "mark" }, `[${number}]`));
      else nodes.append(mark(number, place));
    }
    return nodes;
  }

  function mark(number, place) {
    const { title } = citations[place];
    const attributes = { type: "button", class: "mark", title, "aria-label": `Source ${number}: ${title}` };
    return element("button", { ...attributes, click: () => open(place) }, `[${number}]`);
  }

  function open(place) {
    const source = after.querySelectorAll("details")[place];
    if (source === undefined) return;
    source.open = true;
    source.querySelector("summary").focus({ preventScroll: true });
    source.scrollIntoView({ block: "nearest" });
  }

  function label(name, words, why) {
    badge.className = `badge ${name}`;
    badge.textContent = words;
    note.textContent = why;
  }

  function showCache(cache) {
    const { name, words } = badgeOf(cache);
    label(name, words, cache.reasons.map((reason) => REASONS[reason] ?? reason).join(", "));
  }

  function settle() {
    answer.setAttribute("aria-busy", "false");
    draw();
  }

  return {
    node,
    question,
    /** Empties the answer, to be asked again. */
    reset() {
      [text, citations] = ["", []];
      label("", "asking", "");
      after.replaceChildren();
      answer.setAttribute("aria-busy", "true");
      draw();
    },
    start: showCache,
    append(delta) {
      text += delta;
      frame ||= requestAnimationFrame(draw);
    },
    finish(reply) {
      ({ answer: text, citations } = reply);
      showCache(reply.cache);
      if (reply.finish_reason === "stopped") note.textContent = "stopped by you";
      if (reply.finish_reason === "length") note.textContent = "cut at the model's length limit";
      settle();
      after.replaceChildren(...sources(citations, citedNumbers(text, citations.length)), createFigures(reply));
    },
    fail(message) {
      label("failed", "failed", "");
      settle();
      const retry = element("button", { type: "button", class: "quiet", click: onRetry }, "Try again");
      after.replaceChildren(element("div", { class: "failure", role: "alert" }, element("p", {}, message), retry));
    },
    /** Takes the offer to retry away, when the conversation has gone on. */
    close() {
      after.querySelector(".failure button")?.remove();
    },
  };
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

function badgeOf({ status, tier, similarity }) {
  if (status === "disabled") return { name: "", words: "cache off" };
  if (status !== "hit") return { name: status, words: status };
  if (tier === "exact" || similarity === null) return { name: "hit", words: tier ?? "hit" };
  // Cut, not rounded: 0.999 must not read as 1.00. The product may lie a hair below the whole number.
  const hundredths = Math.floor(similarity * 100 + 1e-9);
  return { name: "hit", words: `${tier} ${(hundredths / 100).toFixed(2)}` };
}

function sources(citations, numbers) {
  if (citations.length === 0) return [];
  const items = citations.map(({ title, passage }, place) => {
    const number = element("span", { class: "number" }, String(numbers[place] ?? "·"));
    const summary = element("summary", {}, number, element("span", { class: "title" }, title));
    return element("li", {}, element("details", {}, summary, element("blockquote", {}, passage)));
  });
  return [element("h3", { class: "label" }, "Sources"), element("ul", { class: "sources" }, ...items)];
}
