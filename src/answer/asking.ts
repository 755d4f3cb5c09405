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

/** One request as it came, with what holds for all of its stages. */
export interface Asking {
  /** The message's. */
  readonly id: string;
  readonly request: ChatRequest;
  /** Milliseconds since the epoch. */
  readonly askedAt: number;
  /** Stops the model, and keeps the part that came. */
  readonly stopSignal: AbortSignal;
  /** Calls what may fail without failing the answer. */
  readonly attempt: Attempt;
  readonly meter: Meter;
  readonly trace: Trace;
  readonly policy: CachePolicy;
  /** Of the policy, made stricter by the request. */
  readonly thresholds: Thresholds;
}

/** What is known of the person who asks, on its way into prompt and scope. */
export interface KnownProfile {
  readonly userId: string;
  /** The profile as JSON, its names in order. */
  readonly text: string;
  /** Of the text: a changed profile is another scope. */
  readonly hash: string;
}

/** A message that was understood: what is asked, by whom, and what the answer may depend on. */
export interface Asked extends Asking {
  /** Messages of the conversation, oldest first. */
  readonly history: readonly ChatMessage[];
  /** Whose the conversation is; undefined: nobody's. */
  readonly owner: string | undefined;
  /** Of the person who asks; it is in the prompt and in the scope. */
  readonly profile: KnownProfile | undefined;
  /** Standalone as far as it could be made. */
  readonly question: string;
  /** What of the question is embedded and compared: its ask, where that stands apart. */
  readonly compared: string;
  /** False: its words alone do not say what is asked. */
  readonly standsAlone: boolean;
  readonly kind: MessageKind;
  /** Why the shared cache may not be used; undefined: it may. */
  readonly heldBack: HeldBack | undefined;
  /** It tells the model how to behave: neither served from the cache nor stored. */
  readonly readsAsInstruction: boolean;
  /** The client's instructions and those of the conversation; part of the scope. */
  readonly instructions: string | undefined;
  /** Of the standalone question. */
  readonly language: QuestionLanguage;
  /** The tag that a stored answer must share. */
  readonly scope: string;
}

/** What beginning needs. */
export interface AskingParts {
  readonly failOpen: () => Attempt;
  /** The policy in force for a tenant; asked anew for each request. */
  readonly policy: (tenant: string) => CachePolicy;
  readonly now: Clock;
}

/** Takes a request in; none: nobody is told of its stages. */
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
