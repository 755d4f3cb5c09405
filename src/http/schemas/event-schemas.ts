import { z } from "zod";
import { events, UNNAMED } from "../described-body.ts";
import { cacheOutcomeSchema, chatReplySchema } from "./chat-schemas.ts";
import { citationSchema, errorSchema } from "./common-schemas.ts";
import { completionChunkSchema } from "./openai-schemas.ts";

/** The events of an answer, in their order. */
export const ANSWER_EVENTS = events(
  "answer-start, answer-delta for each piece of text, citations, answer-end; answer-error in the place of what had not yet come. Where the model tells what it thinks: reasoning-delta for each piece of it; answer-reset when the text so far was thinking, and the answer begins anew",
  {
    "answer-start": z
      .object({
        id: z.string(),
        conversation_id: z.string().nullable(),
        cache: cacheOutcomeSchema,
      })
      .meta({ id: "AnswerStart" }),
    "reasoning-delta": z.object({ text: z.string() }).meta({ id: "ReasoningDelta" }),
    "answer-reset": z.object({}).meta({ id: "AnswerReset" }),
    "answer-delta": z
      .object({
        text: z.string(),
        refusal: z
          .literal(true)
          .optional()
          .meta({ description: "The text is the model's refusal to answer" }),
      })
      .meta({ id: "AnswerDelta" }),
    citations: z.object({ citations: z.array(citationSchema) }).meta({ id: "AnswerCitations" }),
    "answer-end": chatReplySchema,
    "answer-error": errorSchema,
  },
);

/** OpenAI's chunks, without a name; the last one is `[DONE]`. */
export const COMPLETION_EVENTS = events("A chunk each, then [DONE]", {
  [UNNAMED]: z.union([completionChunkSchema, errorSchema]),
});
