import { z } from "zod";
import { readText, textsOf } from "../models/read-body.ts";
import type { AskJudge } from "./ask-judge.ts";

/** Longest reply that is read, in characters. */
const MAX_REPLY = 65_536;
/** What the calls are of, where the endpoint names no model. */
const UNNAMED = "judge-endpoint";

const count = z.int().nonnegative();
const replySchema = z.object({
  /** That the answer to the stored question is right and complete for the asked one, 0..1. */
  probability: z.number().min(0).max(1),
  /** Its name in the price list. */
  model: z.string().min(1).max(200).optional(),
  usage: z.object({ prompt_tokens: count, completion_tokens: count.default(0) }).optional(),
});

/** Where a decision is made, and from which probability on it is a yes. */
export interface JudgeEndpoint {
  readonly url: string;
  /** Sent as a bearer token; undefined: none. */
  readonly key: string | undefined;
  readonly minProbability: number;
}

/**
 * Asks an endpoint that decides about two questions: `POST {stored, asked}` is answered with
 * `{probability, model?, usage?}`. Throws for anything else that it says.
 */
export function createAskEndpoint({ url, key, minProbability }: JudgeEndpoint): AskJudge {
  return async (_text, signal, questions) => {
    const response = await fetch(url, {
      method: "POST",
      signal,
      // Questions and key go to no other address.
      redirect: "manual",
      headers: {
        "content-type": "application/json",
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
      },
      body: JSON.stringify(questions),
    });
    const text = await readText("", textsOf(response), { length: MAX_REPLY + 1 });
    if (response.status >= 300 && response.status < 400) {
      throw new Error(`JUDGE_URL redirects (${response.status}); set it to the final address`);
    }
    if (!response.ok) throw new Error(`JUDGE_URL answered ${response.status}`);
    const { probability, model = UNNAMED, usage } = readReply(text);
    const call = {
      model,
      promptTokens: usage?.prompt_tokens ?? 0,
      cachedPromptTokens: 0,
      completionTokens: usage?.completion_tokens ?? 0,
    };
    const isSame = probability >= minProbability;
    return { isSame, probability, call, estimated: usage === undefined };
  };
}

function readReply(text: string): z.infer<typeof replySchema> {
  if (text.length > MAX_REPLY)
    throw new Error("JUDGE_URL answered with more than 65,536 characters");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error("JUDGE_URL answered with something else than JSON", { cause });
  }
  const parsed = replySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error('JUDGE_URL must answer {"probability": 0 to 1}', { cause: parsed.error });
}
