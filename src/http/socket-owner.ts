import { RepriseError } from "../errors.ts";
import type { Credentials } from "../identity/types.ts";
import type { Slot } from "../operations/concurrency.ts";
import { takeAnswerSlot } from "./answer-route.ts";
import type { HttpDependencies, Principal } from "./types.ts";

/** The caller of a socket, and its slot. */
export interface KnownOwner {
  /** Undefined until a message has brought the key. */
  readonly principal: Principal | undefined;
  readonly slot: Slot;
}

/** Authentication and limits of a socket. */
export interface SocketOwner {
  readonly isKnown: boolean;
  /**
   * Waits for a token that is being verified.
   *
   * @throws RepriseError `unauthorized` without a key, or if the user token has expired
   */
  principal(): Promise<Principal>;
  /**
   * Authenticates with the credentials of a message. False if the owner has too many sockets.
   *
   * @throws RepriseError `unauthorized`
   */
  authenticate(credentials: Credentials): Promise<boolean>;
  /**
   * Runs the work within the limits of the socket, the key and the process.
   *
   * @throws RepriseError `rate_limited` or `overloaded`
   */
  holdAnswer(work: (slot: Slot) => Promise<void>): Promise<void>;
  release(): void;
}

export function createSocketOwner(
  known: KnownOwner,
  dependencies: Pick<HttpDependencies, "apiKeys" | "answerSlots" | "limits" | "socketSlots">,
): SocketOwner {
  const { apiKeys, limits, socketSlots } = dependencies;
  let { slot } = known;
  // Messages wait for a token that is still being verified.
  let who = Promise.resolve(known.principal);
  let isKnown = known.principal !== undefined;
  let isReleased = false;
  let open = 0;

  const principal = async () => checkPrincipal(await who);

  return {
    get isKnown() {
      return isKnown;
    },
    principal,
    async authenticate(credentials) {
      const identity = apiKeys.identify(credentials);
      who = identity.catch(() => undefined);
      const verdict = socketSlots.take(await identity);
      if (verdict.kind === "refused") return false;
      slot.release();
      ({ slot } = verdict);
      if (isReleased) slot.release();
      isKnown = true;
      return true;
    },
    async holdAnswer(work) {
      if (open >= limits.answersPerSocket) throw tooManyAnswers(limits.answersPerSocket);
      open += 1;
      try {
        const answerSlot = takeAnswerSlot(dependencies, await principal());
        try {
          await work(answerSlot);
        } finally {
          answerSlot.release();
        }
      } finally {
        open -= 1;
      }
    },
    release() {
      isReleased = true;
      slot.release();
    },
  };
}

function checkPrincipal(principal: Principal | undefined): Principal {
  if (principal === undefined) {
    throw new RepriseError("unauthorized", 'Send {"type":"auth","key":"…"} first.');
  }
  if (Date.now() < (principal.user?.expiresAt ?? Infinity)) return principal;
  throw new RepriseError("unauthorized", "The user token has expired; open a new socket.");
}

function tooManyAnswers(limit: number): RepriseError {
  return new RepriseError("rate_limited", `A socket may have ${limit} chats at once.`);
}
