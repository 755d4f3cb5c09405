import { isOutOfQuota, isTooLong, refusesLimit, type UpstreamProblem } from "./upstream-error.ts";

/** A part of a request that its server can be asked without. */
export type Wish = string;

/** Roles of messages that some servers do not know. */
export const DEVELOPER_ROLE = "role:developer";
export const SYSTEM_ROLE = "role:system";
/** A reply that comes in pieces; without it the server answers with one JSON text. */
export const STREAM = "stream";

/** What a model server was seen to take and to refuse; lives as long as the process. */
export interface ServerTraits {
  /** What is left out of requests. */
  readonly refused: ReadonlySet<Wish>;
  /** The server took a request with these, and without those that were left out as a guess. */
  accept(taken: readonly Wish[], guessed: readonly Wish[]): void;
  /**
   * Reads a refusal: what it names is left out from then on. What it may mean without naming it is a
   * guess: all wishes that the server never took.
   *
   * @param wishes what the request had that it can do without
   */
  refuse(problem: UpstreamProblem, wishes: readonly Wish[]): Refusal;
}

/** What to leave out of the next try; `none`: another try would be the same. */
export interface Refusal {
  readonly kind: "none" | "named" | "guessed";
  readonly wishes: readonly Wish[];
}

/** Statuses of requests that a server does not understand; a chat template that fails is a 424 or a 500. */
const NOT_UNDERSTOOD = new Set([400, 404, 405, 406, 415, 422, 424, 500, 501]);
/** Those among them that do not always say what they mean. */
const UNNAMED = new Set([400, 422]);
const NOTHING: Refusal = { kind: "none", wishes: [] };

/**
 * Makes the memory of one server.
 *
 * @param onRefused is told of each wish once
 */
export function createServerTraits(onRefused: (wish: Wish) => void = () => {}): ServerTraits {
  const refused = new Set<Wish>();
  const taken = new Set<Wish>();
  const leaveOut = (wishes: readonly Wish[]) => {
    for (const wish of wishes) {
      if (!refused.has(wish)) onRefused(wish);
      refused.add(wish);
    }
  };
  return {
    refused,
    accept(wishes, guessed) {
      for (const wish of wishes) taken.add(wish);
      leaveOut(guessed);
    },
    refuse(problem, wishes) {
      if (!mayBeRefusal(problem)) return NOTHING;
      const named = readNamed(problem, wishes);
      leaveOut(named);
      if (named.length > 0) return { kind: "named", wishes: named };
      if (!UNNAMED.has(problem.status ?? 0)) return NOTHING;
      const guess = wishes.filter((wish) => !taken.has(wish) && isMereWish(wish));
      return guess.length > 0 ? { kind: "guessed", wishes: guess } : NOTHING;
    },
  };
}

/** What may be left out without knowing that it is at fault: no instructions and no limit. */
function isMereWish(wish: Wish): boolean {
  return wish !== SYSTEM_ROLE && wish !== STREAM && !wish.startsWith("max_");
}

function mayBeRefusal(problem: UpstreamProblem): boolean {
  const { status, code } = problem;
  if (status === undefined || !NOT_UNDERSTOOD.has(status)) return false;
  if (isTooLong(problem) || isOutOfQuota(problem)) return false;
  return !/content_filter|model_not_found|invalid_api_key|content_policy/.test(code);
}

/** A refusal of another field may speak of streams; one of streams names nothing else. */
function readNamed(problem: UpstreamProblem, wishes: readonly Wish[]): readonly Wish[] {
  const named = wishes.filter((wish) => names(problem, wish));
  return named.length === 1 ? named : named.filter((wish) => wish !== STREAM);
}

/** Roles are named by a sentence about roles; fields by their names, however these are written. */
function names(problem: UpstreamProblem, wish: Wish): boolean {
  const { words, code } = problem;
  const text = `${words} ${code}`;
  if (wish === DEVELOPER_ROLE) return ROLES.test(text);
  if (wish === SYSTEM_ROLE) {
    return ROLES.test(text) && /\bsystem\b|\bdeveloper instruction|alternat/i.test(text);
  }
  if (wish === STREAM) return problem.status !== 500 && STREAMS.test(text) && UNKNOWN.test(text);
  const name = wish.replaceAll("_", "[_ -]?");
  const isNamed = new RegExp(`(?<![a-z0-9_])${name}(?![a-z0-9_])`, "i").test(text);
  // A limit that is too large is the client's; one whose name is not known is the server's.
  return isNamed && (!wish.startsWith("max_") || (UNKNOWN.test(text) && !refusesLimit(problem)));
}

/** A refusal that lists the roles it knows names the other one by leaving it out. */
const ROLES = /\broles?\b|template|\bdeveloper\b/i;
const UNKNOWN =
  /unsupported|(?:not|n't) (?:support|permitted|allowed|recogni|available|enabled|implemented)|unrecogni[sz]ed|unknown|unexpected|extra|disabled|instead|must be (?:false|unset)|set to false/i;
const STREAMS = /(?<![a-z0-9_])stream(?:ing|ed|s)?(?![a-z0-9_])/i;
