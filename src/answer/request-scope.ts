import { buildScope, type ScopeConditions } from "../cache/scope.ts";
import { hashText } from "../chat/hash-text.ts";
import type { Prompts } from "../chat/prompts.ts";
import type { ChatRequest } from "../chat/types.ts";
import type { ChatModel, Embedder } from "../models/types.ts";
import type { KnownProfile } from "./asking.ts";

/** What of the service is in every scope. */
export interface ScopeParts {
  readonly model: Pick<ChatModel, "id" | "fingerprint">;
  readonly prompts: Pick<Prompts, "answer">;
  readonly embedder: Pick<Embedder, "id" | "dimensions">;
}

/** What its answer depends on, beside tenant and document filter; nothing is `{}`. */
export function scopeConditions(
  { sampling, locale, passThrough }: Pick<ChatRequest, "sampling" | "locale" | "passThrough">,
  profile: KnownProfile | undefined,
  instructions: string | undefined,
): ScopeConditions {
  const fieldsHash = passThrough?.fingerprint;
  return {
    ...(profile !== undefined && { userId: profile.userId, profileHash: profile.hash }),
    ...(sampling !== undefined && { sampling }),
    ...(instructions !== undefined && { instructionsHash: hashText(instructions) }),
    ...(locale !== undefined && { locale }),
    ...(fieldsHash !== undefined && { fieldsHash }),
  };
}

/** The scope of such requests under the model, prompt and embedder of now. */
export function scopeOf(
  asked: {
    tenant: string;
    documentIds?: readonly string[] | undefined;
    conditions?: ScopeConditions | undefined;
    /** Of the question, as it is compared. */
    language: string;
  },
  { model, prompts, embedder }: ScopeParts,
): string {
  return buildScope({
    ...asked.conditions,
    tenant: asked.tenant,
    documentIds: asked.documentIds,
    model: model.id,
    modelFingerprint: model.fingerprint,
    promptHash: prompts.answer.hash,
    embedderId: embedder.id,
    dimensions: embedder.dimensions,
    language: asked.language,
  });
}
