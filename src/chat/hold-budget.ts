import { RepriseError } from "../errors.ts";
import type { BudgetVerdict } from "../usage/budget.ts";
import type { NanoUsd } from "../usage/types.ts";
import { priceTurn } from "./build-reply.ts";
import type { AnswerContext } from "./retrieve-context.ts";
import type { ChatDependencies, Turn } from "./turn.ts";

/** Tokens of an answer whose request sets no bound; longer ones are rare. */
const ANSWER_TOKENS = 4_096;
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
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  const call = {
    model: dependencies.model.id,
    promptTokens: PROMPT_TOKENS + Math.ceil(characters / CHARACTERS_A_TOKEN),
    cachedPromptTokens: 0,
    completionTokens: turn.request.sampling?.maxTokens ?? ANSWER_TOKENS,
  };
  return priceTurn({ ...turn, calls: [...turn.calls, call] }, dependencies).totalNanoUsd;
}
