import { LRUCache } from "lru-cache";
import { RepriseError } from "../errors.ts";
import type { ConversationKey } from "../history/types.ts";
import { decideAccess, toOwnership } from "./decide-access.ts";
import type { OwnerNote, OwnerNotes } from "./owner-notes.ts";
import type { Caller, Ownership } from "./types.ts";

/** Maximum owners cached in this process. */
const REMEMBERED = 10_000;
/** TTL of a cached owner, in milliseconds. */
const REMEMBERED_MS = 600_000;

/** Looks up owners of conversations in the database. */
export interface OwnerRecord {
  find(key: ConversationKey): Promise<Ownership>;
}

/** The result of admitting a caller to a conversation. */
export interface Admission {
  /** Owner of the conversation; undefined: none. */
  readonly owner: string | undefined;
  /** False if the owner could not be verified; the window may then be another caller's. */
  readonly isVerified: boolean;
}

/** Ownership of conversations. An owner never changes. */
export interface ConversationOwners {
  /**
   * Admits a caller to a conversation. A new conversation becomes the caller's. The first call to
   * the notes is issued synchronously, so that it shares a round trip with other commands of the
   * same tick.
   *
   * @throws RepriseError `not_found` if it belongs to another caller
   */
  admit(key: ConversationKey, caller: Caller): Promise<Admission>;
  /** Notes the owner of a conversation with a new, unguessable id. Does not wait. */
  begin(key: ConversationKey, caller: Caller): void;
  find(key: ConversationKey): Promise<Ownership>;
  /**
   * Checks access to a conversation.
   *
   * @throws RepriseError `not_found` if the caller may not use it, with the same message as for an
   * unknown one
   */
  check(key: ConversationKey, caller: Caller): Promise<void>;
}

/** The error for a conversation that does not exist, or not for this caller. */
export function unknownConversation(id: string): RepriseError {
  return new RepriseError("not_found", `There is no conversation ${id}.`);
}

interface OwnerParts {
  readonly notes: OwnerNotes;
  readonly record: OwnerRecord;
  readonly onError: (error: unknown) => void;
}

/** Reads the notes first, and the database when they do not settle the owner. */
export function createConversationOwners(parts: OwnerParts): ConversationOwners {
  const { notes } = parts;
  const lookUp = createOwnerLookup(parts);

  async function find(key: ConversationKey): Promise<Ownership> {
    const own = lookUp.recall(key);
    if (own !== undefined) return own;
    const found = await lookUp.settle(key, await lookUp.attempt(notes.find(key)));
    if (found !== undefined) return found;
    const message =
      "The owner of the conversation cannot be determined at the moment. Try again shortly.";
    throw new RepriseError("not_ready", message, { retryAfterSeconds: 1 });
  }

  return {
    async admit(key, caller) {
      const { owner } = caller;
      const own = owner === undefined ? UNOWNED : lookUp.recall(key);
      if (owner === undefined || own !== undefined) {
        return { owner: ownerOf(checked(key, own ?? UNOWNED, caller)), isVerified: true };
      }
      const note = await lookUp.attempt(notes.claim(key, owner));
      const claim = note ?? { owner, isSettled: false };
      const settled = await lookUp.settle(key, claim);
      const held = settled ?? toOwnership(claim.owner);
      return { owner: ownerOf(checked(key, held, caller)), isVerified: settled !== undefined };
    },

    begin(key, { owner }) {
      if (owner !== undefined) lookUp.keep(key, owner);
    },

    find,

    async check(key, caller) {
      // Callers who see the whole tenant need no owner check.
      if (!caller.seesTenant) checked(key, await find(key), caller);
    },
  };
}

/** Combines the owners cached in this process, the notes and the database. */
function createOwnerLookup({ notes, record, onError }: OwnerParts) {
  const known = new LRUCache<string, string>({ max: REMEMBERED, ttl: REMEMBERED_MS });

  async function attempt<Value>(work: Promise<Value>): Promise<Value | undefined> {
    try {
      return await work;
    } catch (error) {
      onError(error);
      return undefined;
    }
  }

  /** Caches an owner, and notes it for the other replicas. */
  function keep(key: ConversationKey, owner: string): void {
    known.set(nameOf(key), owner);
    void attempt(notes.settle(key, owner));
  }

  return {
    attempt,
    keep,
    recall(key: ConversationKey): Ownership | undefined {
      const owner = known.get(nameOf(key));
      return owner === undefined ? undefined : fromNote(owner);
    },
    /**
     * Settles the owner. An unsettled claim wins if the database knows no owner. Undefined if the
     * owner cannot be determined.
     */
    async settle(
      key: ConversationKey,
      note: OwnerNote | undefined,
    ): Promise<Ownership | undefined> {
      if (note?.isSettled === true) {
        known.set(nameOf(key), note.owner);
        return fromNote(note.owner);
      }
      const recorded = await attempt(record.find(key));
      if (recorded === undefined) return undefined;
      if (recorded.kind !== "unknown") {
        keep(key, ownerOf(recorded) ?? NO_OWNER);
        return recorded;
      }
      if (note === undefined) return recorded;
      // Recording the turn settles the note in the same command as the window.
      known.set(nameOf(key), note.owner);
      return fromNote(note.owner);
    },
  };
}

/** The note of a conversation without an owner. */
const NO_OWNER = "";
const UNOWNED: Ownership = { kind: "unowned" };

function fromNote(owner: string): Ownership {
  return owner === NO_OWNER ? UNOWNED : { kind: "owned", owner };
}

function ownerOf(ownership: Ownership): string | undefined {
  return ownership.kind === "owned" ? ownership.owner : undefined;
}

function nameOf({ tenant, conversationId }: ConversationKey): string {
  return JSON.stringify([tenant, conversationId]);
}

function checked(key: ConversationKey, ownership: Ownership, caller: Caller): Ownership {
  if (decideAccess(ownership, caller).allowed) return ownership;
  throw unknownConversation(key.conversationId);
}
