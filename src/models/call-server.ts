import { setTimeout as sleep } from "node:timers/promises";
import type { ServerTraits, Wish } from "./server-traits.ts";
import { NOT_JSON, isOutOfQuota, readUpstream, type UpstreamProblem } from "./upstream-error.ts";

/** A request with the traits of its server. */
export interface ServerCall<Request, Reply> {
  readonly request: Request;
  readonly traits: ServerTraits;
  /** Parts of the request that can be omitted. */
  wishesOf(request: Request): readonly Wish[];
  /** Returns the request without these parts. */
  without(request: Request, wishes: ReadonlySet<Wish>): Request;
  send(request: Request): Promise<Reply>;
  /** Retries after a server failure that may be transient. */
  readonly maxRetries: number;
  readonly signal?: AbortSignal | undefined;
}

/** Pause before the first retry, in milliseconds; doubled before each further retry. */
const FIRST_PAUSE_MS = 400;
/** Maximum attempts of one call to adapt its request to refusals. */
const MAX_FITTINGS = 8;

/**
 * Sends a request without the parts that its server is known to refuse. If the server refuses another part, the
 * request is sent again without it. Server failures are retried, unless the server says when to retry.
 *
 * @throws the errors of `send`
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

/** Whether a failure may be transient. A busy server says when to retry. */
function mayPass(problem: UpstreamProblem): boolean {
  const { status, code, retryAfterSeconds } = problem;
  if (isOutOfQuota(problem) || code === NOT_JSON || retryAfterSeconds !== undefined) return false;
  return status === undefined || status === 409 || (status >= 500 && status !== 501);
}
