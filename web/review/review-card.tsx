import type { ReviewItem } from "../api/types.ts";
import { toPath } from "../app/router.ts";
import { AnswerForm } from "../cache/answer-form.tsx";
import { EntrySources } from "../cache/entry-sources.tsx";
import { Badge } from "../components/badge.tsx";
import { Moment } from "../components/moment.tsx";
import { formatSimilarity } from "../format/numbers.ts";
import { Markdown } from "../markdown/markdown.tsx";
import type { ReviewState } from "./use-review.ts";
import { REASON_NAMES } from "./reasons.ts";

interface Props {
  readonly item: ReviewItem;
  readonly state: ReviewState;
  readonly isCorrecting: boolean;
  readonly onCorrect: (isCorrecting: boolean) => void;
}

/** One answer to review: what was asked and answered, the reader's words, and the decisions. */
export function ReviewCard({ item, state, isCorrecting, onCorrect }: Props) {
  const { question, comment, match, entry, created_at: at, conversation_id: conversation } = item;
  return (
    <article class="card review-card" aria-live="polite">
      <p class="soft">
        <Badge tone={item.reason === "reported" ? "bad" : "warn"}>
          {REASON_NAMES[item.reason]}
        </Badge>{" "}
        <Moment at={at} />
        {conversation !== null && (
          <>
            {" "}
            <a href={toPath("costs", "conversations", conversation)}>Open the conversation</a>
          </>
        )}
      </p>
      <h3 dir="auto">{question ?? "The question is not stored."}</h3>
      {comment !== null && (
        <blockquote class="review-comment" dir="auto">
          {comment}
        </blockquote>
      )}
      {match !== null && (
        <p class="soft">
          Compared with “{match.question ?? "a question that is not stored"}”: similarity{" "}
          {formatSimilarity(match.similarity)}, threshold {formatSimilarity(match.threshold)}.
        </p>
      )}
      {isCorrecting ? (
        <CorrectForm item={item} state={state} onDone={() => onCorrect(false)} />
      ) : (
        <>
          <div class="review-answer" dir="auto">
            {item.answer === null ? (
              <p class="soft">The answer is not stored.</p>
            ) : (
              <Markdown text={item.answer} />
            )}
          </div>
          {entry !== null && <CachedNow item={item} entry={entry} />}
          <Decisions item={item} state={state} onCorrect={() => onCorrect(true)} />
        </>
      )}
    </article>
  );
}

interface CachedProps {
  readonly item: ReviewItem;
  readonly entry: NonNullable<ReviewItem["entry"]>;
}

/** The cached answer, if it differs from what the reader got, and its sources. */
function CachedNow({ item, entry }: CachedProps) {
  return (
    <>
      <p class="soft">
        {entry.state === "quarantined" ? "Cached, but not served until you decide." : "Cached."}{" "}
        Expires <Moment at={entry.expires_at} />.{" "}
        <a href={toPath("cache", entry.id)}>Open in Cache</a>
      </p>
      {entry.answer !== item.answer && (
        <div class="review-answer" dir="auto" role="group" aria-label="Cached answer now">
          <Markdown text={entry.answer} />
        </div>
      )}
      <EntrySources entry={entry} />
    </>
  );
}

function Decisions({
  item,
  state,
  onCorrect,
}: Pick<Props, "item" | "state"> & { onCorrect: () => void }) {
  const { resolve, skip, isBusy } = state;
  const isGone = item.entry === null;
  return (
    <div class="actions">
      <button type="button" class="main" disabled={isBusy} onClick={() => void resolve("keep")}>
        Keep <kbd>K</kbd>
      </button>
      <button type="button" disabled={isBusy || item.question === null} onClick={onCorrect}>
        Correct <kbd>C</kbd>
      </button>
      <button type="button" disabled={isBusy || isGone} onClick={() => void resolve("pin")}>
        Pin <kbd>P</kbd>
      </button>
      <button type="button" disabled={isBusy} onClick={() => void resolve("remove")}>
        Remove <kbd>R</kbd>
      </button>
      <button type="button" onClick={skip}>
        Next <kbd>N</kbd>
      </button>
    </div>
  );
}

function CorrectForm({
  item,
  state,
  onDone,
}: Pick<Props, "item" | "state"> & { onDone: () => void }) {
  async function save(answer: string) {
    if (await state.resolve("correct", answer)) onDone();
  }
  return (
    <AnswerForm
      label="Corrected answer"
      hint="Markdown. [n] cites the nth source of the cached answer."
      text={item.answer ?? ""}
      rows={8}
      isBusy={state.isBusy}
      onSave={(answer) => void save(answer)}
      onCancel={onDone}
    />
  );
}
