import { useState } from "preact/hooks";

/** A form for one comment on a bad answer. */
export function FeedbackComment({ onSend }: { readonly onSend: (comment: string) => void }) {
  const [comment, setComment] = useState("");
  const [isSent, setIsSent] = useState(false);
  if (isSent) return null;

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (comment.trim() === "") return;
    setIsSent(true);
    onSend(comment.trim());
  }

  return (
    <form class="feedback-comment" onSubmit={submit}>
      <input
        type="text"
        aria-label="What was wrong?"
        placeholder="What was wrong?"
        maxLength={4000}
        value={comment}
        onInput={(event) => setComment(event.currentTarget.value)}
      />
      <button type="submit">Send note</button>
    </form>
  );
}
