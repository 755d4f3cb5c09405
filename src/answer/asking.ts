import type { CachePolicy } from "../cache/policy.ts";
import type { Thresholds } from "../cache/verdict.ts";
import type { ChatRequest } from "../chat/types.ts";
import type { HeldBack, MessageKind } from "../chat/understand/understand.ts";
import type { ChatMessage } from "../history/types.ts";
import type { QuestionLanguage } from "../language/detect-language.ts";
import type { Attempt } from "../operations/fail-open.ts";
import type { Clock } from "../operations/types.ts";
import { createMeter, type Meter } from "./meter.ts";
import { UNTRACED, type Trace } from "./trace.ts";

/** One request, with what all stages share. */
export interface Asking {
  /** Id of the message. */
  readonly id: string;
  readonly request: ChatRequest;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  /** Stops the model; partial output is kept. */
  readonly stopSignal: AbortSignal;
  /** Runs a step whose failure does not fail the answer. */
  readonly attempt: Attempt;
  readonly meter: Meter;
  readonly trace: Trace;
  readonly policy: CachePolicy;
  /** The policy's threshold, or a stricter one of the request. */
  readonly thresholds: Thresholds;
}

/** The profile of the user, for prompt and scope. */
export interface KnownProfile {
  readonly userId: string;
  /** The profile as JSON with sorted keys. */
  readonly text: string;
  /** Hash of the text: a changed profile has another scope. */
  readonly hash: string;
}

/** An understood message: the question, its user, and what the answer may depend on. */
export interface Asked extends Asking {
  /** Messages of the conversation, oldest first. */
  readonly history: readonly ChatMessage[];
  /** Owner of the conversation; undefined if it has none. */
  readonly owner: string | undefined;
  /** Profile of the user; in the prompt and in the scope. */
  readonly profile: KnownProfile | undefined;
  /** The standalone question, if the message could be rewritten. */
  readonly question: string;
  /** The part that is embedded and compared: the ask, if it can be separated. */
  readonly compared: string;
  /** False if the question depends on the conversation. */
  readonly standsAlone: boolean;
  readonly kind: MessageKind;
  /** Why the shared cache must not be used; undefined if it may be. */
  readonly heldBack: HeldBack | undefined;
  /** It contains instructions for the model: neither served from the cache nor stored. */
  readonly readsAsInstruction: boolean;
  /** Instructions of the client and of the conversation; part of the scope. */
  readonly instructions: string | undefined;
  /** Language of the standalone question. */
  readonly language: QuestionLanguage;
  /** Scope tag; a cached answer must have the same. */
  readonly scope: string;
}

/** Dependencies of `beginAsking`. */
export interface AskingParts {
  readonly failOpen: () => Attempt;
  /** The current policy of a tenant; read for each request. */
  readonly policy: (tenant: string) => CachePolicy;
  readonly now: Clock;
}

/** Begins a request. Default trace: none. */
export function beginAsking(
  request: ChatRequest,
  { id, stopSignal }: { id: string; stopSignal: AbortSignal },
  parts: AskingParts,
  trace: Trace = UNTRACED,
): Asking {
  const policy = parts.policy(request.tenant);
  return {
    id,
    request,
    askedAt: parts.now(),
    stopSignal,
    attempt: parts.failOpen(),
    meter: createMeter(),
    trace,
    policy,
    thresholds: {
      serve: Math.max(policy.threshold, request.threshold ?? 0),
      grey: Math.max(policy.greyThreshold, request.threshold ?? 0),
      evidence: policy.evidence,
    },
  };
}
