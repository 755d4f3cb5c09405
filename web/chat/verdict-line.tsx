import { useState } from "preact/hooks";
import { Badge } from "../components/badge.tsx";
import type { Answer } from "./turn.ts";
import { noteOf, verdictOf } from "./verdict-words.ts";
import { WhyDialog } from "./why-dialog.tsx";

interface Props {
  readonly question: string;
  readonly answer: Answer;
}

/** The cache verdict and its reasons under a question; the badge opens the details. */
export function VerdictLine({ question, answer }: Props) {
  const [isOpen, setIsOpen] = useState(false);
  const { tone, words } = verdictOf(answer);
  const isDone = answer.phase === "ended";
  return (
    <div class="verdict">
      {isDone ? (
        <button
          type="button"
          class="badge-button"
          aria-label={`${words}: why?`}
          onClick={() => setIsOpen(true)}
        >
          <Badge tone={tone}>{words}</Badge>
        </button>
      ) : (
        <Badge tone={tone}>{words}</Badge>
      )}
      <span class="note" dir="auto">
        {noteOf(answer)}
      </span>
      {isOpen && <WhyDialog question={question} answer={answer} onClose={() => setIsOpen(false)} />}
    </div>
  );
}
