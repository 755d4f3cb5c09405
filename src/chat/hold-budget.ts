import { RepriseError } from "../errors.ts";
import type { BudgetVerdict } from "../usage/budget.ts";
import type { NanoUsd } from "../usage/types.ts";
import { priceTurn } from "./build-reply.ts";
import type { AnswerContext } from "./retrieve-context.ts";
import type { ChatDependencies, Turn } from "./turn.ts";

/** Tokens of an answer whose request sets no bound; longer ones are rare. */
const ANSWER_TOKENS = 4_096;
/** A follow-up in full, with what a model may think before it. */
const REWRITING_TOKENS = 500;
/** At least so many characters make a token in every language that matters here. */
const CHARACTERS_A_TOKEN = 2;
/** Tokens of the prompt file and of what stands between the parts. */
const PROMPT_TOKENS = 500;

const UNJUDGED: BudgetVerdict = { kind: "held", hold: "" };

/**
 * Holds what the answer may cost against the tenant's budget of the day, before the model is called.
 *
 * @throws RepriseError `budget_exceeded`
 */
export async function holdBudget(
  turn: Turn,
  context: AnswerContext,
  dependencies: ChatDependencies,
): Promise<void> {
  const { tenant } = turn.request;
  const estimate = estimateCost(turn, context, dependencies);
  const judge = () => dependencies.budget.hold({ tenant, estimate });
  const verdict = await turn.attempt("limits", judge, UNJUDGED);
  if (verdict.kind === "refused") {
    const { reason, retryAfterSeconds } = verdict;
    const message =
      reason === "spent"
        ? "The budget of the day is spent; stored answers are still served, new ones again tomorrow (UTC)."
        : "What is left of the day's budget is held by answers under way; try again in a moment.";
    throw new RepriseError("budget_exceeded", message, { retryAfterSeconds });
  }
  if (verdict.hold !== "") turn.hold = verdict.hold;
}

/**
 * Whether the day's budget has room to rewrite a follow-up, at the chat model's price. Nothing stays held:
 * what it cost is counted with the turn.
 */
export async function mayRewrite(turn: Turn, dependencies: ChatDependencies): Promise<boolean> {
  const { tenant, message } = turn.request;
  const texts = [message, ...turn.history.map(({ content }) => content)];
  const estimate = priceCall(turn, texts, REWRITING_TOKENS, dependencies);
  const { budget } = dependencies;
  const verdict = await turn.attempt("limits", () => budget.hold({ tenant, estimate }), UNJUDGED);
  if (verdict.kind === "refused") return false;
  const { hold } = verdict;
  if (hold !== "") {
    await turn.attempt("limits", () => budget.settle({ tenant, hold, cost: 0n }), undefined);
  }
  return true;
}

/** Counts what the turn cost against the budget, and gives back what was held. */
export async function settleBudget(
  turn: Turn,
  cost: NanoUsd,
  { budget }: ChatDependencies,
): Promise<void> {
  const { tenant } = turn.request;
  const { hold } = turn;
  turn.hold = undefined;
  await turn.attempt("limits", () => budget.settle({ tenant, hold, cost }), undefined);
}

function estimateCost(turn: Turn, context: AnswerContext, dependencies: ChatDependencies): NanoUsd {
  const texts = [
    turn.question,
    turn.profile?.text ?? "",
    turn.request.instructions ?? "",
    ...context.history.map(({ content }) => content),
    ...context.passages.map(({ passage }) => passage.text + passage.title),
  ];
  const completionTokens = turn.request.sampling?.maxTokens ?? ANSWER_TOKENS;
  return priceCall(turn, texts, completionTokens, dependencies);
}

/** Of the turn so far, with one more call of the chat model about these texts. */
function priceCall(
  turn: Turn,
  texts: readonly string[],
  completionTokens: number,
  dependencies: ChatDependencies,
): NanoUsd {
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const call = {
    model: dependencies.model.id,
    promptTokens: PROMPT_TOKENS + Math.ceil(characters / CHARACTERS_A_TOKEN),
    cachedPromptTokens: 0,
    completionTokens,
  };
  return priceTurn({ ...turn, calls: [...turn.calls, call] }, dependencies).totalNanoUsd;
}
