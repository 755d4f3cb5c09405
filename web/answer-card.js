import { element } from "./dom.js";
import { createFigures } from "./figures.js";
import { renderMarkdown } from "./markdown.js";
import { createSources } from "./sources.js";
import { createVerdict } from "./verdict.js";

/** What is said of an answer that did not end by itself. */
const ENDINGS = {
  stopped: "stopped by you",
  length: "cut at the model's length limit",
  content_filter: "held back by the model's filter",
};

/** One question with its answer. `onRetry` is called when the user wants it asked again. */
export function createTurn({ question, onRetry }) {
  const verdict = createVerdict();
  const body = element("div", { class: "answer waiting", dir: "auto" });
  const after = element("div", { class: "after" });
  const answer = element(
    "article",
    { "aria-label": "Answer", "aria-busy": "true" },
    verdict.node,
    body,
    after,
  );
  const heading = element("h2", { class: "question", dir: "auto" }, question);
  let text = "";
  let sources = createSources();
  let cache;
  let frame = 0;
  verdict.say("", "asking");

  function draw() {
    cancelAnimationFrame(frame);
    frame = 0;
    body.classList.toggle("waiting", text === "" && answer.getAttribute("aria-busy") === "true");
    body.replaceChildren(renderMarkdown(text, (cited, written) => sources.marks(cited, written)));
  }

  function settle() {
    answer.setAttribute("aria-busy", "false");
    draw();
  }

  return {
    node: element("section", { class: "turn" }, heading, answer),
    question,
    start(outcome) {
      cache = outcome;
      verdict.show(cache);
    },
    append(delta) {
      text += delta;
      frame ||= requestAnimationFrame(draw);
    },
    /** Says that the connection is lost, or that it is back. */
    connected(isBack) {
      if (isBack) verdict.show(cache);
      else verdict.say("", "waiting", "the connection was lost, trying again");
    },
    /** Gives the answer's words as they are shown. */
    finish(reply) {
      text = reply.answer;
      sources = createSources(text, reply.citations);
      verdict.show(reply.cache, remarksOn(reply));
      settle();
      after.replaceChildren(...sources.nodes, createFigures(reply));
      return body.textContent;
    },
    fail(message) {
      verdict.say("failed", "failed");
      settle();
      after.replaceChildren(failure(message, onRetry));
    },
    /** Empties the answer, to be asked again. */
    reset() {
      text = "";
      verdict.say("", "asking");
      after.replaceChildren();
      answer.setAttribute("aria-busy", "true");
      draw();
    },
    /** Takes the offer to retry away, when the conversation has gone on. */
    close() {
      after.querySelector(".failure button")?.remove();
    },
  };
}

function remarksOn({ finish_reason: reason, degraded }) {
  const without = degraded.length === 0 ? "" : `went on without ${degraded.join(" and ")}`;
  return [ENDINGS[reason] ?? "", without].filter((remark) => remark !== "");
}

function failure(message, onRetry) {
  const retry = { type: "button", class: "quiet", click: onRetry };
  return element(
    "div",
    { class: "failure", role: "alert" },
    element("p", {}, message),
    element("button", retry, "Try again"),
  );
}
