import { z } from "zod";
import { citationSchema } from "../knowledge/citation-schema.ts";

const placeSchema = z.object({ documentId: z.string(), headings: z.string() });

/** What is left out stays left out: an entry comes back as it was stored. */
const scopeConditionsSchema = z.object({
  userId: z.string().optional(),
  profileHash: z.string().optional(),
  sampling: z
    .object({
      temperature: z.number().optional(),
      topP: z.number().optional(),
      maxTokens: z.number().optional(),
    })
    .optional(),
  instructionsHash: z.string().optional(),
  locale: z.string().optional(),
  fieldsHash: z.string().optional(),
});

/** The form of judgements in a field of their own. */
export const judgementsSchema = z.array(z.object({ questionId: z.string(), isSame: z.boolean() }));

const usageSchema = z.object({
  model: z.string(),
  promptTokens: z.number(),
  completionTokens: z.number(),
  totalTokens: z.number(),
  cachedPromptTokens: z.number(),
  embeddingTokens: z.number(),
  estimated: z.boolean(),
});

/** An `AnswerEntry` as it comes back from outside this process. */
export const answerEntrySchema = z.object({
  id: z.string(),
  tenant: z.string(),
  scope: z.string(),
  question: z.string(),
  compared: z.string().optional(),
  answer: z.string(),
  citations: z.array(citationSchema),
  evidence: z.array(z.object({ documentId: z.string(), passageId: z.string() })),
  retrieved: z.object({
    fused: z.array(z.string()),
    byVector: z.array(z.string()),
    firstFused: placeSchema.nullable(),
    firstByVector: placeSchema.nullable(),
    named: z.array(z.string()).optional(),
  }),
  madeFrom: z
    .object({ documentIds: z.array(z.string()), view: z.string(), isRestricted: z.boolean() })
    .optional(),
  documentIds: z.array(z.string()).optional(),
  conditions: scopeConditionsSchema.optional(),
  origin: z.enum(["generated", "curated", "imported"]).default("generated"),
  isPinned: z.boolean().default(false),
  isQuarantined: z.boolean().default(false),
  judgements: judgementsSchema.optional(),
  knowledgeVersion: z.string(),
  conversationId: z.string().nullable(),
  usage: usageSchema,
  createdAt: z.number(),
  expiresAt: z.number(),
});
