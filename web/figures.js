import { element } from "./dom.js";
import { formatUsd, toNanoUsd } from "./money.js";

const integer = new Intl.NumberFormat("en");

/** One line of what an answer cost or saved, which opens to all its figures. */
export function createFigures(reply) {
  const row = ([name, value]) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, value));
  const summary = element("summary", {}, element("span", {}, inShort(reply).join(" · ")));
  return element(
    "details",
    { class: "figures" },
    summary,
    element("dl", {}, ...inFull(reply).map(row)),
  );
}

function inShort({ cache, cost, usage, saved, timings_ms: timings }) {
  const money = (decimal, after) =>
    cost.priced ? `${formatUsd(toNanoUsd(decimal))}${after}` : "not priced";
  const time = formatTime(timings.total);
  if (cache.status !== "hit") return [`${tokensOf(usage)} tokens`, money(cost.total, ""), time];
  return [
    `${integer.format(saved.total_tokens)} tokens saved`,
    money(cost.net_saved, " saved net"),
    time,
  ];
}

function inFull({ cache, cost, usage, saved, timings_ms: timings }) {
  const money = (decimal) => (cost.priced ? formatUsd(toNanoUsd(decimal)) : "not priced");
  const similarity = cache.similarity === null ? "not compared" : cache.similarity.toFixed(4);
  return [
    ["Cost", money(cost.total)],
    ["Saved", money(cost.saved)],
    ["Net saved", money(cost.net_saved)],
    ["Time", formatTime(timings.total)],
    ["Tokens", tokensOf(usage)],
    ["Prompt tokens", integer.format(usage.prompt_tokens)],
    ["Answer tokens", integer.format(usage.completion_tokens)],
    ["Tokens saved", integer.format(saved.total_tokens)],
    ["Embedding tokens", integer.format(usage.embedding_tokens)],
    ["Similarity", similarity],
    ["Threshold", String(cache.threshold)],
    ["Model", usage.model],
  ];
}

/** `≈`: counted here, because the provider sent no usage. */
function tokensOf({ total_tokens: total, estimated }) {
  return `${estimated ? "≈ " : ""}${integer.format(total)}`;
}

function formatTime(milliseconds) {
  if (milliseconds >= 1000) return `${(milliseconds / 1000).toFixed(2)} s`;
  return `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}
