import { choicesOf, passThroughText, type PassThrough } from "../chat/pass-through.ts";
import { RepriseError } from "../errors.ts";
import type { ChatMessage } from "../history/types.ts";
import { passageText } from "../knowledge/passage-text.ts";
import type { Budget, BudgetVerdict } from "../usage/budget.ts";
import type { NanoUsd } from "../usage/types.ts";
import { type Asked, type Asking, priceOf, type PriceParts } from "./asking.ts";
import type { AnswerContext } from "./retrieve.ts";

/** Reserved completion tokens without `max_tokens`; longer answers are rare. */
const ANSWER_TOKENS = 4_096;
/** Completion tokens of a rewritten follow-up, including thinking. */
const REWRITING_TOKENS = 500;
/** Minimum characters per token in the supported languages. */
const CHARACTERS_A_TOKEN = 2;
/** Tokens of the prompt file and of separators. */
const PROMPT_TOKENS = 500;

const UNJUDGED: BudgetVerdict = { kind: "held", hold: "" };

/** Dependencies of a budget check. */
export interface BudgetParts extends PriceParts {
  readonly budget: Budget;
  readonly model: { readonly id: string };
}

/** Reservation in the tenant's daily budget; undefined without a budget. */
export type BudgetHold = string | undefined;

/**
 * Reserves the maximum cost of the answer in the tenant's daily budget, before the model is called.
 *
 * @throws RepriseError `budget_exceeded`
 */
export async function holdBudget(
  asked: Asked,
  context: AnswerContext,
  parts: BudgetParts,
): Promise<BudgetHold> {
  const { tenant } = asked.request;
  const estimate = estimateCost(asked, context, parts);
  const judge = () => parts.budget.hold({ tenant, estimate });
  const verdict = await asked.attempt("limits", judge, UNJUDGED);
  if (verdict.kind === "refused") {
    const { reason, retryAfterSeconds } = verdict;
    const message =
      reason === "spent"
        ? "The budget of the day is spent; stored answers are still served, new ones again tomorrow (UTC)."
        : "What is left of the day's budget is held by answers under way; try again in a moment.";
    throw new RepriseError("budget_exceeded", message, { retryAfterSeconds });
  }
  return verdict.hold === "" ? undefined : verdict.hold;
}

/**
 * Whether the daily budget has room to rewrite a follow-up at the chat model's price. Reserves nothing: the
 * cost is counted with the answer.
 */
export async function mayRewrite(
  asking: Asking,
  history: readonly ChatMessage[],
  parts: BudgetParts,
): Promise<boolean> {
  const { tenant, message } = asking.request;
  const { budget } = parts;
  const texts = [message, ...history.map(({ content }) => content)];
  const estimate = priceCall(asking, texts, REWRITING_TOKENS, parts);
  const verdict = await asking.attempt("limits", () => budget.hold({ tenant, estimate }), UNJUDGED);
  if (verdict.kind === "refused") return false;
  const { hold } = verdict;
  if (hold !== "") {
    await asking.attempt("limits", () => budget.settle({ tenant, hold, cost: 0n }), undefined);
  }
  return true;
}

function estimateCost(asked: Asked, context: AnswerContext, parts: BudgetParts): NanoUsd {
  const { passThrough, sampling } = asked.request;
  const texts = [
    asked.question,
    asked.profile?.text ?? "",
    asked.instructions ?? "",
    ...context.history.map(({ content }) => content),
    ...context.passages.map(({ passage }) => passageText(passage) + passage.title),
    ...(passThrough === undefined ? [] : [passThroughText(passThrough), ...saidIn(passThrough)]),
  ];
  const completionTokens = (sampling?.maxTokens ?? ANSWER_TOKENS) * choicesOf(passThrough);
  return priceCall(asked, texts, completionTokens, parts);
}

/** Text outside the history: tool results and arguments. Images and files are not counted. */
function saidIn({ messages = [] }: PassThrough): string[] {
  return messages.flatMap((message) => {
    if (message.role === "tool") return [message.content];
    return message.role === "assistant" ? message.toolCalls.map((call) => call.arguments) : [];
  });
}

/** Cost of the request so far plus one call of the chat model with these texts. */
function priceCall(
  { meter }: Asking,
  texts: readonly string[],
  completionTokens: number,
  parts: BudgetParts,
): NanoUsd {
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const call = {
    model: parts.model.id,
    promptTokens: PROMPT_TOKENS + Math.ceil(characters / CHARACTERS_A_TOKEN),
    cachedPromptTokens: 0,
    completionTokens,
  };
  const spent = meter.spent();
  return priceOf({ ...spent, calls: [...spent.calls, call] }, parts).totalNanoUsd;
}
