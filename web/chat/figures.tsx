import type { ChatReply } from "../api/types.ts";
import { formatUsd, toNanoUsd } from "../format/money.ts";
import { formatCount, formatDuration, formatMany } from "../format/numbers.ts";

/** One line of what an answer cost or saved, which opens to all its figures. */
export function Figures({ reply }: { readonly reply: ChatReply }) {
  return (
    <details class="figures">
      <summary>
        <span>{inShort(reply).join(" · ")}</span>
      </summary>
      <dl>
        {inFull(reply).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function inShort({ cache, cost, usage, saved, timings_ms: timings }: ChatReply): string[] {
  const money = (decimal: string, after: string) =>
    cost.priced ? `${formatUsd(toNanoUsd(decimal))}${after}` : "not priced";
  const time = formatDuration(timings.total);
  if (cache.status !== "hit") return [`${tokensOf(usage)} tokens`, money(cost.total, ""), time];
  const tokens = `${formatMany(saved.total_tokens, "token")} saved`;
  return [tokens, money(cost.net_saved, " saved net"), time];
}

function inFull({ cache, cost, usage, saved, timings_ms: timings }: ChatReply) {
  const money = (decimal: string) => (cost.priced ? formatUsd(toNanoUsd(decimal)) : "not priced");
  return [
    ["Cost", money(cost.total)],
    ["Saved", money(cost.saved)],
    ["Net saved", money(cost.net_saved)],
    ["Time", formatDuration(timings.total)],
    ["Tokens", tokensOf(usage)],
    ["Prompt tokens", formatCount(usage.prompt_tokens)],
    ["Answer tokens", formatCount(usage.completion_tokens)],
    ["Tokens saved", formatCount(saved.total_tokens)],
    ["Embedding tokens", formatCount(usage.embedding_tokens)],
    ["Similarity", cache.similarity === null ? "not compared" : cache.similarity.toFixed(4)],
    ["Threshold", String(cache.threshold)],
    ["Model", usage.model],
  ] as const;
}

/** `≈`: counted here, because the provider sent no usage. */
function tokensOf({ total_tokens: total, estimated }: ChatReply["usage"]): string {
  return `${estimated ? "≈ " : ""}${formatCount(total)}`;
}
