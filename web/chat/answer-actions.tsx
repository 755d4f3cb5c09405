import { useRef, useState } from "preact/hooks";
import { fetchJson } from "../api/client.ts";
import { toServerError } from "../api/server-error.ts";
import type { Feedback } from "../api/types.ts";
import { Icon } from "../components/icon.tsx";
import { showToast } from "../components/toast.tsx";
import { copy } from "../markdown/code-block.tsx";
import { FeedbackComment } from "./feedback-comment.tsx";
import type { Answer } from "./turn.ts";

type Rating = Feedback["rating"];

interface Props {
  readonly answer: Answer;
  /** Regenerates the answer; undefined if the conversation has continued. */
  readonly onRefresh: (() => void) | undefined;
}

/** Actions for a complete answer: rate, copy, regenerate. */
export function AnswerActions({ answer, onRefresh }: Props) {
  const { messageId, text } = answer;
  const [rating, setRating] = useState<Rating | undefined>(answer.rating);
  const actions = useRef<HTMLDivElement>(null);

  async function rate(id: string, given: Rating, comment?: string) {
    setRating(given);
    try {
      const reply = await giveFeedback(id, given, comment);
      showToast(thanks(reply));
    } catch (thrown) {
      setRating(rating);
      showToast(toServerError(thrown).message, "bad");
    }
  }

  return (
    <div ref={actions} class="answer-actions">
      {messageId !== undefined && (
        <>
          <RateButton rating="up" given={rating} onRate={() => void rate(messageId, "up")} />
          <RateButton rating="down" given={rating} onRate={() => void rate(messageId, "down")} />
        </>
      )}
      <button
        type="button"
        class="plain"
        aria-label="Copy the answer"
        onClick={() => void copy(text)}
      >
        <Icon name="copy" />
      </button>
      {onRefresh !== undefined && (
        <button type="button" class="plain" aria-label="Regenerate" onClick={onRefresh}>
          <Icon name="again" />
        </button>
      )}
      {rating === "down" && answer.rating === undefined && messageId !== undefined && (
        <FeedbackComment
          onSend={(comment) => {
            // The form closes; move the focus to the button that opened it.
            actions.current?.querySelector<HTMLElement>("[aria-pressed=true]")?.focus();
            void rate(messageId, "down", comment);
          }}
        />
      )}
    </div>
  );
}

interface RateProps {
  readonly rating: Rating;
  readonly given: Rating | undefined;
  readonly onRate: () => void;
}

function RateButton({ rating, given, onRate }: RateProps) {
  return (
    <button
      type="button"
      class="plain"
      aria-label={rating === "up" ? "Good answer" : "Bad answer"}
      aria-pressed={given === rating}
      onClick={onRate}
    >
      <Icon name={rating} />
    </button>
  );
}

async function giveFeedback(id: string, rating: Rating, comment?: string): Promise<Feedback> {
  return fetchJson<Feedback>(`/v1/messages/${encodeURIComponent(id)}/feedback`, {
    method: "POST",
    json: { rating, ...(comment !== undefined && { comment }) },
  });
}

function thanks({ quarantined }: Feedback): string {
  if (!quarantined) return "Noted.";
  return "Noted. The cached answer is not served until it is released or replaced.";
}
