import { isOutOfQuota, isTooLong, refusesLimit, type UpstreamProblem } from "./upstream-error.ts";

/** A part of a request that can be omitted for its server. */
export type Wish = string;

/** Message roles that some servers do not support. */
export const DEVELOPER_ROLE = "role:developer";
export const SYSTEM_ROLE = "role:system";
/** A list of texts to embed. Without it each call has one text. */
export const TEXT_LIST = "input:list";
/** Streaming. Without it the server replies with one JSON document. */
export const STREAM = "stream";

/** Request parts that a model server accepts or refuses, as observed by this process. */
export interface ServerTraits {
  /** Parts omitted from all requests. */
  readonly refused: ReadonlySet<Wish>;
  /** Records that the server accepted a request with the `taken` parts and without the `guessed` ones. */
  accept(taken: readonly Wish[], guessed: readonly Wish[]): void;
  /**
   * Reads a refusal. Parts that it names are omitted from then on. If it names none, the guess is all parts
   * that the server never accepted.
   *
   * @param wishes parts of the request that can be omitted
   */
  refuse(problem: UpstreamProblem, wishes: readonly Wish[]): Refusal;
}

/** Parts to omit in the next attempt. `none`: another attempt would fail in the same way. */
export interface Refusal {
  readonly kind: "none" | "named" | "guessed";
  readonly wishes: readonly Wish[];
}

/** Statuses of requests that a server does not understand. A failing chat template gives 424 or 500. */
const NOT_UNDERSTOOD = new Set([400, 404, 405, 406, 415, 422, 424, 500, 501]);
/** Those that may come without a clear reason. */
const UNNAMED = new Set([400, 422]);
const NOTHING: Refusal = { kind: "none", wishes: [] };

/**
 * Creates the traits of one server.
 *
 * @param onRefused called once for each refused part
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

/** Whether a part may be omitted on a guess: not the system role, streaming or a limit. */
function isMereWish(wish: Wish): boolean {
  return wish !== SYSTEM_ROLE && wish !== STREAM && !wish.startsWith("max_");
}

function mayBeRefusal(problem: UpstreamProblem): boolean {
  const { status, code } = problem;
  if (status === undefined || !NOT_UNDERSTOOD.has(status)) return false;
  if (isTooLong(problem) || isOutOfQuota(problem)) return false;
  return !/content_filter|model_not_found|invalid_api_key|content_policy/.test(code);
}

/** A refusal of another field may mention streams; a refusal of streams names no other field. */
function readNamed(problem: UpstreamProblem, wishes: readonly Wish[]): readonly Wish[] {
  const named = wishes.filter((wish) => names(problem, wish));
  return named.length === 1 ? named : named.filter((wish) => wish !== STREAM);
}

/** Roles are matched by sentences about roles, fields by their names in any spelling. */
function names(problem: UpstreamProblem, wish: Wish): boolean {
  const text = `${problem.words} ${problem.code}`;
  const special = SPECIAL_WISHES[wish];
  if (special !== undefined) return special(text, problem);
  const name = wish.replaceAll("_", "[_ -]?");
  const isNamed = new RegExp(`(?<![a-z0-9_])${name}(?![a-z0-9_])`, "i").test(text);
  // A limit that is too large is the client's error; an unknown limit name is a trait of the server.
  return isNamed && (!wish.startsWith("max_") || (UNKNOWN.test(text) && !refusesLimit(problem)));
}

const SPECIAL_WISHES: Readonly<Record<Wish, (text: string, problem: UpstreamProblem) => boolean>> =
  {
    [DEVELOPER_ROLE]: (text) => ROLES.test(text),
    [SYSTEM_ROLE]: (text) =>
      ROLES.test(text) && /\bsystem\b|\bdeveloper instruction|alternat/i.test(text),
    [TEXT_LIST]: (text) => /\binput\b/i.test(text) && ONE_TEXT.test(text),
    [STREAM]: (text, { status }) => status !== 500 && STREAMS.test(text) && UNKNOWN.test(text),
  };

/** A refusal may list only the supported roles. */
const ROLES = /\broles?\b|template|\bdeveloper\b/i;
const UNKNOWN =
  /unsupported|(?:not|n't) (?:support|permitted|allowed|recogni|available|enabled|implemented)|unrecogni[sz]ed|unknown|unexpected|extra|disabled|instead|must be (?:false|unset)|set to false/i;
/** A server wants a string, not a list. */
const ONE_TEXT =
  /(?:must be|should be|expected|valid|type|only)\W{0,3}(?:an? )?(?:valid )?(?:single )?str(?:ing)?\b|invalid type: sequence|(?:lists?|arrays?|batch\w*) (?:of \w+ )?(?:is|are)(?: not|n't) (?:supported|allowed)|cannot unmarshal array/i;
const STREAMS = /(?<![a-z0-9_])stream(?:ing|ed|s)?(?![a-z0-9_])/i;
