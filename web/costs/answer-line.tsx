import { ofOutcome } from "../chat/verdict-words.ts";
import { Badge } from "../components/badge.tsx";
import { Money } from "../components/money.tsx";
import { formatCount, formatDuration } from "../format/numbers.ts";
import { formatMoment } from "../format/time.ts";
import { Markdown } from "../markdown/markdown.tsx";
import type { BilledAnswer } from "./join-answers.ts";

interface Props extends BilledAnswer {
  /** Whether the transcript exists. */
  readonly isRead: boolean;
}

/** An answer in one row that opens to its text. */
export function AnswerLine({ line, question, answer, isRead }: Props) {
  const { cache, usage, cost } = line;
  const { tone, words } = ofOutcome({ ...cache, similarity: null });
  const isHit = cache.status === "hit";
  return (
    <li>
      <details class="answer-line">
        <summary>
          <span class="answer-question" dir="auto">
            {question ?? (isRead ? "No longer in the transcript" : "…")}
          </span>
          <Badge tone={tone}>{words}</Badge>
          <span class="answer-money">
            <Money usd={isHit ? cost.net_saved : cost.total} priced={cost.priced} />
            {isHit && cost.priced && " saved"}
          </span>
        </summary>
        <div class="answer-words" dir="auto">
          {answer !== undefined && <Markdown text={answer.content} />}
        </div>
        <p class="soft">
          {formatMoment(line.created_at)} · {usage.model} · {formatCount(usage.prompt_tokens)} +{" "}
          {formatCount(usage.completion_tokens)} tokens · {formatCount(line.saved.total_tokens)}{" "}
          tokens saved · {formatDuration(line.total_ms)} · {line.finish_reason}
        </p>
      </details>
    </li>
  );
}
