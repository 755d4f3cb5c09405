import { createAskEndpoint } from "../judging/ask-judge-endpoint.ts";
import { createAskJudge, type AskJudge } from "../judging/ask-judge.ts";
import { createJudgeAnswers, type JudgeAnswers } from "../judging/judge-answers.ts";
import {
  createJudgeInTime,
  type JudgeInTime,
  type JudgeInTimeParts,
} from "../judging/judge-in-time.ts";
import { createJudge, type Judge, type JudgeParts } from "../judging/judge.ts";
import type { PromptFile, Prompts } from "../chat/prompts.ts";
import type { Config } from "../config.ts";
import { createChatModel } from "../models/chat-model.ts";
import { createTokenCounter } from "../models/count-tokens.ts";
import { readModelName } from "../models/model-name.ts";
import type { ChatModel } from "../models/types.ts";

/** The configured judges; undefined: none. */
export interface Judges {
  /** Judges questions after the reply. */
  readonly judge: Judge | undefined;
  /** Judges questions before the reply. */
  readonly judgeInTime: JudgeInTime | undefined;
  /** Compares answers in shadow runs. */
  readonly judgeAnswers: JudgeAnswers | undefined;
}

type JudgesParts = Omit<JudgeParts, "ask" | "model"> & Pick<JudgeInTimeParts, "onDecision">;

/** Composes the judges of questions and answers, if a model or endpoint is configured. */
export async function composeJudges(
  { chat }: Pick<Config, "chat">,
  given: { model: ChatModel | undefined; prompts: Prompts },
  { onDecision, ...parts }: JudgesParts,
): Promise<Judges> {
  const model = given.model ?? (await openJudgeModel(chat));
  const { judge: prompt, judgeAnswers } = given.prompts;
  const questions = askQuestions(chat, model, prompt);
  const { judgeDeadlineMs: deadlineMs } = chat;
  return {
    judge: questions && createJudge({ ...parts, ...questions }),
    judgeInTime:
      questions && deadlineMs !== undefined
        ? createJudgeInTime({ ...parts, ...questions, deadlineMs, onDecision })
        : undefined,
    judgeAnswers: model && createJudgeAnswers({ ...parts, ...askModel(model, judgeAnswers) }),
  };
}

type Asking = Pick<JudgeParts, "ask" | "model">;

/** The judge of questions: the endpoint if configured, else the model. */
export function askQuestions(
  { judgeUrl: url, judgeApiKey: key, judgeMinProbability: minProbability }: Config["chat"],
  model: ChatModel | undefined,
  prompt: PromptFile,
): Asking | undefined {
  if (url === undefined) return model && askModel(model, prompt);
  // The endpoint's price is unknown in advance; the budget reserves the price of the model, if one
  // is configured.
  return { model: model?.id ?? url, ask: createAskEndpoint({ url, key, minProbability }) };
}

/** Opens the model of JUDGE_MODEL. */
export async function openJudgeModel(chat: Config["chat"]): Promise<ChatModel | undefined> {
  const { judgeModel: name } = chat;
  if (name === undefined) return undefined;
  const counter = createTokenCounter(readModelName(name).name);
  return createChatModel({ ...chat, model: name, variable: "JUDGE_MODEL" }, counter);
}

function askModel(model: ChatModel, prompt: PromptFile): { model: string; ask: AskJudge } {
  const counter = createTokenCounter(readModelName(model.id).name);
  return { model: model.id, ask: createAskJudge({ model, prompt, counter }) };
}
