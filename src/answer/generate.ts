import type { AnswerPart } from "../chat/answer-choice.ts";
import type { FailedAnswer, ModelAnswer, WholeAnswer } from "../chat/call-model.ts";
import { createMarkFilter, type MarkFilter, type MarkRules } from "../chat/citation-marks.ts";
import type { AnswerChains } from "../chat/answer-chain.ts";
import { generateAnswer, type AnswerRequest } from "../chat/generate-answer.ts";
import type { CacheOutcome, ChatEvent } from "../chat/types.ts";
import type { ChatModel, TokenCounter } from "../models/types.ts";
import type { Asked } from "./asking.ts";
import { answerRequestOf, type AnswerContext } from "./retrieve.ts";

/** Dependencies of generating. */
export interface GenerateParts {
  readonly model: ChatModel;
  readonly chains: AnswerChains;
  readonly counter: TokenCounter;
}

/** A model's answer without the marks that cite nothing. */
export type Generation = (WholeAnswer | FailedAnswer) & {
  /** True if marks were removed: the answer cites sources that it did not have. */
  readonly lostMarks: boolean;
};

/** Generates an answer: yields its text as events and returns the whole. */
export async function* streamGeneration(
  asked: Asked,
  { status, reasons }: CacheOutcome,
  context: AnswerContext,
  { model, chains, counter }: GenerateParts,
): AsyncGenerator<ChatEvent, Generation> {
  const begun = performance.now();
  const verdict = { cache_status: status, cache_reasons: reasons };
  const config = await asked.trace.configOf("answer-chain", verdict);
  const request = answerRequestOf(asked, context);
  const rules = markRulesOf(asked, request);
  const chain = asked.kind === "task" ? chains.task : chains.answer;
  const deltas = generateAnswer({ chain, model, counter, config }, request, asked.stopSignal);
  try {
    const generation = yield* withoutEmptyMarks(deltas, rules);
    const { tokens, estimated } = generation;
    asked.meter.addCall(tokens, estimated);
    return generation;
  } finally {
    asked.meter.addTime("model", performance.now() - begun);
  }
}

/** No filter for tasks and structured output: there, `[n]` is part of the text. */
function markRulesOf({ kind }: Asked, request: AnswerRequest): MarkRules | undefined {
  const { passThrough, passages = [] } = request;
  if (kind === "task" || passThrough?.isStructured === true) return undefined;
  const said = request.history.filter(({ role }) => role !== "assistant");
  const quotable = [
    request.question,
    request.instructions ?? "",
    request.profile ?? "",
    ...passages.map(({ passage }) => passage.text),
    ...said.map(({ content }) => content),
    ...(passThrough?.messages ?? []).flatMap(({ role, content }) =>
      role === "assistant" ? [] : typeof content === "string" ? content : JSON.stringify(content),
    ),
  ];
  return { passages: passages.length, quotable };
}

async function* withoutEmptyMarks(
  deltas: AsyncGenerator<AnswerPart, ModelAnswer>,
  rules: MarkRules | undefined,
): AsyncGenerator<ChatEvent, Generation> {
  const written = new Written(rules);
  let next = await deltas.next();
  while (next.done !== true) {
    yield* written.take(next.value).map(toEvent);
    next = await deltas.next();
  }
  yield* written.end().map(toEvent);
  const others = next.value.others.map((other, index) => ({
    ...other,
    text: written.textOf(index + 1, other.text),
  }));
  const text = written.textOf(FIRST, next.value.text);
  return { ...next.value, text, others, lostMarks: text !== next.value.text };
}

const FIRST = 0;

/** Filters the answers of one call, each separately. */
class Written {
  private readonly rules: MarkRules | undefined;
  private readonly choices = new Map<number, { filter: MarkFilter; text: string }>();

  constructor(rules: MarkRules | undefined) {
    this.rules = rules;
  }

  /** The filtered part; text that was held back comes before other parts of the answer. */
  take(part: AnswerPart): AnswerPart[] {
    if (this.rules === undefined) return [part];
    const { kind, choice = FIRST } = part;
    if (kind === "thinking" || kind === "logprobs") return [part];
    const own = this.choices.get(choice) ?? { filter: createMarkFilter(this.rules), text: "" };
    this.choices.set(choice, own);
    if (kind === "text") return this.show(choice, own.filter.push(part.text));
    if (kind !== "reset") return [...this.show(choice, own.filter.end()), part];
    this.choices.delete(choice);
    return [part];
  }

  end(): AnswerPart[] {
    return [...this.choices].flatMap(([choice, { filter }]) => this.show(choice, filter.end()));
  }

  /** @param whole the unfiltered text */
  textOf(choice: number, whole: string): string {
    return this.rules === undefined ? whole : (this.choices.get(choice)?.text ?? "");
  }

  private show(choice: number, text: string): AnswerPart[] {
    const own = this.choices.get(choice);
    if (own === undefined || text === "") return [];
    own.text += text;
    return [{ kind: "text", text, ...(choice !== FIRST && { choice }) }];
  }
}

function toEvent(part: AnswerPart): ChatEvent {
  const place = part.choice === undefined ? {} : { choice: part.choice };
  switch (part.kind) {
    case "text":
      return { type: "answer-delta", text: part.text, ...place };
    case "refusal":
      return { type: "answer-delta", text: part.text, isRefusal: true, ...place };
    case "thinking":
      return { type: "reasoning-delta", text: part.text, ...place };
    case "call": {
      const { kind: _, ...call } = part;
      return { type: "tool-call-delta", ...call };
    }
    case "logprobs":
      return { type: "logprobs-delta", logprobs: part.logprobs, ...place };
    case "reset":
      return { type: "answer-reset", ...place };
  }
}
