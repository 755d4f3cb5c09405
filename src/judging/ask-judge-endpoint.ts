import { z } from "zod";
import { readText, textsOf } from "../models/read-body.ts";
import type { AskJudge } from "./ask-judge.ts";

/** Maximum reply length, in characters. */
const MAX_REPLY = 65_536;
/** Model name in the ledger if the endpoint returns none. */
const UNNAMED = "judge-endpoint";

const count = z.int().nonnegative();
const replySchema = z.object({
  /** Probability (0..1) that the cached answer is right and complete for the new question. */
  probability: z.number().min(0).max(1),
  /** Model name, as in the price list. */
  model: z.string().min(1).max(200).optional(),
  usage: z.object({ prompt_tokens: count, completion_tokens: count.default(0) }).optional(),
});

/** A judge endpoint, and the minimum probability that counts as yes. */
export interface JudgeEndpoint {
  readonly url: string;
  /** Sent as bearer token; undefined: none. */
  readonly key: string | undefined;
  readonly minProbability: number;
}

/**
 * Creates a judge that calls an HTTP endpoint: `POST {stored, asked}` returns `{probability,
 * model?, usage?}`. Throws on any other reply.
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
    if (!response.ok) throw new Error(`JUDGE_URL returned status ${response.status}`);
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
  if (text.length > MAX_REPLY) throw new Error("JUDGE_URL returned more than 65,536 characters");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Error("JUDGE_URL returned a body that is not JSON", { cause });
  }
  const parsed = replySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Error('JUDGE_URL must return {"probability": 0 to 1}', { cause: parsed.error });
}
