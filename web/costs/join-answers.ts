import type { Conversation, LedgerLine } from "../api/types.ts";

type Message = Conversation["transcript"][number];

/** An answer with its cost. */
export interface BilledAnswer {
  readonly line: LedgerLine;
  /** Undefined if the transcript no longer has it. */
  readonly question: string | undefined;
  readonly answer: Message | undefined;
}

/** Joins ledger rows with the transcript; a question comes right before its answer. */
export function joinAnswers(
  lines: readonly LedgerLine[],
  transcript: readonly Message[],
): readonly BilledAnswer[] {
  const places = new Map(transcript.map(({ id }, place) => [id, place]));
  return lines.map((line) => {
    const place = places.get(line.id);
    if (place === undefined) return { line, question: undefined, answer: undefined };
    return { line, question: transcript[place - 1]?.content, answer: transcript[place] };
  });
}
