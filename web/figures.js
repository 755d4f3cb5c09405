import { element } from "./dom.js";
import { formatUsd, toNanoUsd } from "./money.js";

const integer = new Intl.NumberFormat("en");

/** What an answer cost and saved, and how it was found. */
export function createFigures({ cache, cost, usage, saved, timings_ms: timings, degraded }) {
  const money = (decimal) => (cost.priced ? formatUsd(toNanoUsd(decimal)) : "not priced");
  const similarity = cache.similarity === null ? "–" : cache.similarity.toFixed(4);
  const tokens = `${usage.estimated ? "≈ " : ""}${integer.format(usage.total_tokens)}`;
  const rows = [
    ["Cost", money(cost.total)],
    ["Saved", money(cost.saved)],
    ["Net saved", money(cost.net_saved)],
    ["Time", formatTime(timings.total)],
    ["Tokens", tokens, tokenNote(usage)],
    ["Tokens saved", integer.format(saved.total_tokens)],
    ["Similarity", similarity, `threshold ${cache.threshold}`],
    ["Model", usage.model],
  ];
  const wide = [];
  if (cache.matched_question !== null) wide.push(["Matched question", cache.matched_question]);
  if (degraded.length > 0) wide.push(["Went on without", degraded.join(", ")]);
  const row = ([name, value, title], className) =>
    element("div", { title, class: className }, element("dt", {}, name), element("dd", {}, value));
  const cells = [...rows.map((each) => row(each)), ...wide.map((each) => row(each, "wide"))];
  return element("dl", { class: "figures" }, ...cells);
}

function tokenNote(usage) {
  const prompt = integer.format(usage.prompt_tokens);
  const completion = integer.format(usage.completion_tokens);
  const embedding = integer.format(usage.embedding_tokens);
  return `${prompt} prompt, ${completion} completion; beside them ${embedding} embedding`;
}

function formatTime(milliseconds) {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(2)} s`;
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}
