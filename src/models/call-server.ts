import { setTimeout as sleep } from "node:timers/promises";
import type { ServerTraits, Wish } from "./server-traits.ts";
import { NOT_JSON, isOutOfQuota, readUpstream, type UpstreamProblem } from "./upstream-error.ts";

/** One request as its server may have it. */
export interface ServerCall<Request, Reply> {
  readonly request: Request;
  readonly traits: ServerTraits;
  /** What the request has that it can do without. */
  wishesOf(request: Request): readonly Wish[];
  /** The request without these. */
  without(request: Request, wishes: ReadonlySet<Wish>): Request;
  send(request: Request): Promise<Reply>;
  /** Tries after the first, where the server failed and may not fail again. */
  readonly maxRetries: number;
  readonly signal?: AbortSignal | undefined;
}

/** Before the first try that is made because the server failed, in milliseconds; twice as long before each next. */
const FIRST_PAUSE_MS = 400;
/** Requests that one call may take because of what its server refuses. */
const MAX_FITTINGS = 8;

/**
 * Sends a request, without what its server was seen to refuse. What a refusal names is left out and the
 * request sent again; a server that fails is asked again, one that says when to come back is not.
 *
 * @throws what `send` throws
 */
export async function callServer<Request, Reply>(call: ServerCall<Request, Reply>): Promise<Reply> {
  const { traits, request, maxRetries, signal } = call;
  let guessed: readonly Wish[] = [];
  let retries = 0;
  for (let fittings = 0; ;) {
    const fitted = call.without(request, new Set([...traits.refused, ...guessed]));
    const wishes = call.wishesOf(fitted);
    try {
      const reply = await call.send(fitted);
      traits.accept(wishes, guessed);
      return reply;
    } catch (error) {
      signal?.throwIfAborted();
      const problem = readUpstream(error);
      const refusal = traits.refuse(problem, guessed.length > 0 ? [] : wishes);
      if (refusal.kind !== "none" && fittings < MAX_FITTINGS) {
        fittings += 1;
        if (refusal.kind === "guessed") guessed = refusal.wishes;
      } else {
        if (retries >= maxRetries || !mayPass(problem)) throw error;
        await sleep(FIRST_PAUSE_MS * 2 ** retries * (0.5 + Math.random()), undefined, { signal });
        retries += 1;
      }
    }
  }
}

/** Failures that may be over in a moment; a server that is busy says when to come back. */
function mayPass(problem: UpstreamProblem): boolean {
  const { status, code, retryAfterSeconds } = problem;
  if (isOutOfQuota(problem) || code === NOT_JSON || retryAfterSeconds !== undefined) return false;
  return status === undefined || status === 409 || (status >= 500 && status !== 501);
}
