import { createHash } from "node:crypto";
import type { Sampling } from "../models/types.ts";

/** What of a request, beside its tenant and its document filter, is in the scope. */
export type ScopeConditions = Pick<
  ScopeParts,
  "userId" | "profileHash" | "sampling" | "instructionsHash" | "locale" | "fieldsHash"
>;

/** All that an answer depends on beside the question. Left out and `undefined` mean the same. */
export interface ScopeParts {
  readonly tenant: string;
  /** Only when the answer used this user's profile. */
  readonly userId?: string | undefined;
  /** What that profile said. */
  readonly profileHash?: string | undefined;
  /** The chat model's name. */
  readonly model: string;
  /** Provider, address and settings of the model. */
  readonly modelFingerprint: string;
  readonly sampling?: Sampling | undefined;
  readonly promptHash: string;
  /** Of the client's own instructions. */
  readonly instructionsHash?: string | undefined;
  readonly embedderId: string;
  readonly dimensions: number;
  /** Of the question, as a BCP 47 code; `und` where it cannot be told. */
  readonly language: string;
  /** The document filter; an empty one is not the same as none. Order and repeats do not matter. */
  readonly documentIds?: readonly string[] | undefined;
  readonly locale?: string | undefined;
  /** Of the fields that the client hands to the model, such as the tools on offer. */
  readonly fieldsHash?: string | undefined;
}

/**
 * The tag that a stored answer and a lookup must share: 32 characters of `[a-z0-9]`, from a SHA-256
 * of the parts as JSON, where no two different lists of parts look the same (left out is `null`).
 */
export function buildScope(parts: ScopeParts): string {
  const { sampling, documentIds } = parts;
  const canonical = JSON.stringify([
    parts.tenant,
    parts.userId,
    parts.profileHash,
    parts.model,
    parts.modelFingerprint,
    [sampling?.temperature, sampling?.topP, sampling?.maxTokens],
    parts.promptHash,
    parts.instructionsHash,
    parts.embedderId,
    parts.dimensions,
    documentIds && [...new Set(documentIds)].sort(),
    parts.locale,
    parts.language,
    // At the end and only where there is one, so that scopes without one are what they were.
    ...(parts.fieldsHash === undefined ? [] : [parts.fieldsHash]),
  ]);
  return createHash("sha256").update(canonical).digest("hex").slice(0, 32);
}
