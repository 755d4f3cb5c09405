import { createAnswerText } from "./answer-text.js";
import { element } from "./dom.js";
import { createFigures } from "./figures.js";
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
  const text = createAnswerText();
  const after = element("div");
  const answer = element("article", { "aria-label": "Answer" }, verdict.node, text.node, after);
  const heading = element("h2", { class: "question", dir: "auto" }, question);
  let cache;

  function begin() {
    verdict.say("", "asking");
    text.begin();
    after.replaceChildren();
    answer.setAttribute("aria-busy", "true");
  }

  begin();
  return {
    node: element("section", { class: "turn" }, heading, answer),
    heading,
    question,
    /** Empties the answer, to be asked again. */
    reset: begin,
    start(outcome) {
      cache = outcome;
      verdict.show(cache);
    },
    append(delta) {
      text.append(delta);
    },
    /** Says that the connection is lost, or that it is back. */
    connected(isBack) {
      if (isBack) verdict.show(cache);
      else verdict.say("", "waiting", "the connection was lost, trying again");
    },
    /** Gives the answer's words as they are shown. */
    finish(reply) {
      const sources = createSources(reply.answer, reply.citations);
      verdict.show(reply.cache, remarksOn(reply));
      text.end({ answer: reply.answer, sources });
      after.replaceChildren(...sources.nodes, createFigures(reply));
      answer.setAttribute("aria-busy", "false");
      return text.node.textContent;
    },
    fail(message) {
      verdict.say("failed", "failed");
      text.end();
      after.replaceChildren(failure(message, onRetry));
      answer.setAttribute("aria-busy", "false");
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
