import type { PassThrough } from "../chat/pass-through.ts";
import type { CacheMode, CacheReason, CacheStatus, ChatRequest } from "../chat/types.ts";
import type { HeldBack } from "../chat/understand/understand.ts";
import { type ScopeConditions, buildScope } from "../cache/scope.ts";
import { hashText } from "../chat/hash-text.ts";
import type { Prompts } from "../chat/prompts.ts";
import type { ChatModel, Embedder } from "../models/types.ts";
import type { KnownProfile } from "./asking.ts";

/** What a request may do with the shared cache. */
export interface CachePlan {
  readonly read: boolean;
  /** Only answers to the same words are read. */
  readonly exactOnly: boolean;
  readonly write: boolean;
  /** What the reply says when no stored answer is served. */
  readonly status: Exclude<CacheStatus, "hit">;
  readonly reasons: readonly CacheReason[];
}

/**
 * Decides once for each request whether it may read and write stored answers.
 *
 * @param ttlSeconds of the policy; 0 turns the cache off
 * @param standsAlone false for what cannot be understood by its words alone
 * @param heldBack why the message may not meet the shared cache; undefined: it may
 * @param profileInScope whether the scope is that of the asker's profile, where questions about
 *   oneself may be kept
 * @param cacheUse what the fields that are handed to the model allow; none: everything
 * @param readsAsInstruction whether it tells the model how to behave: such an answer is nobody else's
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

/** A question about oneself may be kept in the scope of one's own profile, if it is complete. */
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
