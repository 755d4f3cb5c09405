import { useEffect, useRef, useState } from "preact/hooks";
import { Problem } from "../components/problem.tsx";
import { AnswerActions } from "./answer-actions.tsx";
import { AnswerText } from "./answer-text.tsx";
import { citedNumbers } from "./cited-numbers.ts";
import { announcement } from "./conversation.ts";
import { Figures } from "./figures.tsx";
import { openSource, Sources } from "./sources.tsx";
import { isInProgress, type CacheMode, type Turn } from "./turn.ts";
import { VerdictLine } from "./verdict-line.tsx";

interface Props {
  readonly turn: Turn;
  /** The last turn of a conversation can be regenerated. */
  readonly isLast: boolean;
  readonly onRetry: (turn: Turn, mode: CacheMode) => void;
  /** Called when the answer grows. */
  readonly onChange: () => void;
}

/** One question with its answer. */
export function TurnView({ turn, isLast, onRetry, onChange }: Props) {
  const answer = turn.answer.value;
  const list = useRef<HTMLUListElement>(null);
  const words = useAnnounced(turn);
  const numbers = citedNumbers(answer.text, answer.citations.length);
  const isBusy = isInProgress(answer);
  useEffect(onChange, [answer]);

  return (
    <section class="turn">
      <h2 class="question" dir="auto">
        {turn.question}
      </h2>
      <article aria-label="Answer" aria-busy={isBusy}>
        <VerdictLine question={turn.question} answer={answer} />
        <AnswerText
          node={words}
          text={answer.text}
          isWaiting={isBusy && answer.text === ""}
          numbers={isBusy ? [] : numbers}
          titles={answer.citations.map(({ title }) => title)}
          onOpen={(place) => openSource(list.current, place)}
        />
        {answer.phase === "failed" && (
          <Problem
            error={{ message: answer.problem ?? "" }}
            onRetry={isLast ? () => onRetry(turn, "default") : undefined}
          />
        )}
        {answer.phase === "ended" && (
          <>
            <Sources {...answer} numbers={numbers} list={list} />
            {answer.figures !== undefined && <Figures figures={answer.figures} />}
            <AnswerActions
              answer={answer}
              onRefresh={isLast ? () => onRetry(turn, "refresh") : undefined}
            />
          </>
        )}
      </article>
    </section>
  );
}

/** Announces a completed answer, if it arrived while the page was open. */
function useAnnounced({ answer }: Turn) {
  const words = useRef<HTMLDivElement>(null);
  const { phase } = answer.value;
  const [wasInProgress, setWasInProgress] = useState(false);
  useEffect(() => {
    if (isInProgress(answer.value)) setWasInProgress(true);
    else if (wasInProgress && phase === "ended") {
      announcement.value = words.current?.textContent ?? "";
    }
  }, [phase]);
  return words;
}
