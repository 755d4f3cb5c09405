import type { PassThrough } from "../chat/pass-through.ts";
import type { CacheMode, CacheReason, CacheStatus, ChatRequest } from "../chat/types.ts";
import type { HeldBack } from "../chat/understand/understand.ts";
import { type ScopeConditions, buildScope } from "../cache/scope.ts";
import { hashText } from "../chat/hash-text.ts";
import type { Prompts } from "../chat/prompts.ts";
import type { ChatModel, Embedder } from "../models/types.ts";
import type { KnownProfile } from "./asking.ts";

/** How a request may use the shared cache. */
export interface CachePlan {
  readonly read: boolean;
  /** Only the exact tier is read. */
  readonly exactOnly: boolean;
  readonly write: boolean;
  /** Status and reasons of the reply if no cached answer is served. */
  readonly status: Exclude<CacheStatus, "hit">;
  readonly reasons: readonly CacheReason[];
}

/**
 * Decides once per request whether it may read and write the cache.
 *
 * @param ttlSeconds of the policy; 0 turns the cache off
 * @param standsAlone false if the question depends on the conversation
 * @param heldBack why the message must not use the shared cache; undefined if it may
 * @param profileInScope whether the scope contains the user's profile, so that questions about oneself may be
 *   cached
 * @param cacheUse what passed-through fields allow; default: everything
 * @param readsAsInstruction whether it contains instructions for the model: its answer is never shared
 */
export function planCache(request: {
  mode: CacheMode;
  ttlSeconds: number;
  standsAlone: boolean;
  heldBack?: HeldBack | undefined;
  profileInScope?: boolean | undefined;
  readsAsInstruction?: boolean | undefined;
  cacheUse?: PassThrough["cacheUse"] | undefined;
}): CachePlan {
  if (request.ttlSeconds === 0) return closed("disabled", "cache-disabled");
  if (request.mode === "bypass") return closed("bypass", "bypass-requested");
  if (request.cacheUse === "none") return closed("bypass", "passed-through");
  const reason = findObstacle(request);
  if (reason !== undefined) return closed("bypass", reason);
  if (request.readsAsInstruction === true) return closed("bypass", "reads-as-instruction");
  if (request.mode === "refresh") {
    return { ...OPEN, read: false, status: "refresh", reasons: ["refresh-requested"] };
  }
  const exactOnly = request.cacheUse === "exact";
  return { ...OPEN, exactOnly, write: request.mode === "default" };
}

function closed(status: "disabled" | "bypass", reason: CacheReason): CachePlan {
  return { read: false, exactOnly: false, write: false, status, reasons: [reason] };
}

const OPEN: CachePlan = {
  read: true,
  exactOnly: false,
  write: true,
  status: "miss",
  reasons: [],
};

/** A standalone question about oneself may be cached in the scope of the user's own profile. */
function findObstacle(request: {
  standsAlone: boolean;
  heldBack?: HeldBack | undefined;
  profileInScope?: boolean | undefined;
}): HeldBack | undefined {
  const { standsAlone, heldBack, profileInScope } = request;
  if (heldBack === "about-oneself" && profileInScope === true) {
    return standsAlone ? undefined : "follow-up-not-resolved";
  }
  return heldBack ?? (standsAlone ? undefined : "follow-up-not-resolved");
}

/** The parts of every scope that belong to the service. */
export interface ScopeParts {
  readonly model: Pick<ChatModel, "id" | "fingerprint">;
  readonly prompts: Pick<Prompts, "answer">;
  readonly embedder: Pick<Embedder, "id" | "dimensions">;
}

/** What the answer depends on besides tenant and document filter; `{}` for nothing. */
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

/** The scope of such requests with the current model, prompt and embedder. */
export function scopeOf(
  asked: {
    tenant: string;
    documentIds?: readonly string[] | undefined;
    conditions?: ScopeConditions | undefined;
    /** Language in which the question is compared. */
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
