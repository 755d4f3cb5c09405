import { buildScope, type ScopeConditions } from "../cache/scope.ts";
import { hashText } from "./hash-text.ts";
import type { KnownProfile } from "./read-profile.ts";
import type { ChatDependencies } from "./turn.ts";
import type { ChatRequest } from "./types.ts";

/** What its answer depends on, beside tenant and document filter; nothing is `{}`. */
export function scopeConditions(
  { sampling, instructions, locale }: Pick<ChatRequest, "sampling" | "instructions" | "locale">,
  profile: KnownProfile | undefined,
): ScopeConditions {
  return {
    ...(profile !== undefined && { userId: profile.userId, profileHash: profile.hash }),
    ...(sampling !== undefined && { sampling }),
    ...(instructions !== undefined && { instructionsHash: hashText(instructions) }),
    ...(locale !== undefined && { locale }),
  };
}

/** The scope of such requests under the model, prompt and embedder of now. */
export function scopeOf(
  asked: {
    tenant: string;
    documentIds?: readonly string[] | undefined;
    conditions?: ScopeConditions | undefined;
  },
  { model, prompts, embedder }: Pick<ChatDependencies, "model" | "prompts" | "embedder">,
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
  });
}
