import { formatUsd, toNanoUsd } from "../format/money.ts";
import { formatCount, formatDuration, formatMany } from "../format/numbers.ts";
import type { AnswerFigures } from "./answer-figures.ts";

/** One line with the cost or savings of an answer; opens to all figures. */
export function Figures({ figures }: { readonly figures: AnswerFigures }) {
  return (
    <details class="figures">
      <summary>
        <span>{inShort(figures).join(" · ")}</span>
      </summary>
      <dl>
        {inFull(figures).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function inShort({ isHit, cost, usage, saved, totalMs }: AnswerFigures): string[] {
  const money = (decimal: string, after: string) =>
    cost.priced ? `${formatUsd(toNanoUsd(decimal))}${after}` : "not priced";
  const time = formatDuration(totalMs);
  if (!isHit) return [`${tokensOf(usage)} tokens`, money(cost.total, ""), time];
  const tokens = `${formatMany(saved.total_tokens, "token")} saved`;
  return [tokens, money(cost.net_saved, " saved net"), time];
}

function inFull({ cost, usage, saved, totalMs, compared }: AnswerFigures) {
  const money = (decimal: string) => (cost.priced ? formatUsd(toNanoUsd(decimal)) : "not priced");
  return [
    ["Cost", money(cost.total)],
    ["Saved", money(cost.saved)],
    ["Net saved", money(cost.net_saved)],
    ["Time", formatDuration(totalMs)],
    ["Tokens", tokensOf(usage)],
    ["Prompt tokens", formatCount(usage.prompt_tokens)],
    ["Answer tokens", formatCount(usage.completion_tokens)],
    ["Tokens saved", formatCount(saved.total_tokens)],
    ["Embedding tokens", formatCount(usage.embedding_tokens)],
    ...comparison(compared),
    ["Model", usage.model],
  ] as const;
}

function comparison(compared: AnswerFigures["compared"]) {
  if (compared === undefined) return [];
  const { similarity, threshold } = compared;
  return [
    ["Similarity", similarity === null ? "not compared" : similarity.toFixed(4)],
    ["Threshold", String(threshold)],
  ] as const;
}

/** `≈` marks a local count: the provider reported no usage. */
function tokensOf({ total_tokens: total, estimated }: AnswerFigures["usage"]): string {
  return `${estimated ? "≈ " : ""}${formatCount(total)}`;
}
