import { LRUCache } from "lru-cache";
import { RepriseError } from "../errors.ts";
import type { ConversationKey } from "../history/types.ts";
import { decideAccess, toOwnership } from "./decide-access.ts";
import type { OwnerNote, OwnerNotes } from "./owner-notes.ts";
import type { Caller, Ownership } from "./types.ts";

/** Owners that this process remembers. */
const REMEMBERED = 10_000;
/** For how long, in milliseconds. */
const REMEMBERED_MS = 600_000;

/** The owners of conversations in the system of record. */
export interface OwnerRecord {
  find(key: ConversationKey): Promise<Ownership>;
}

/** A conversation that a caller may ask in. */
export interface Admission {
  /** Whose the conversation is; undefined: nobody's. */
  readonly owner: string | undefined;
  /** False where nobody could be asked: what stands in the window may be another's. */
  readonly isSure: boolean;
}

/** Whose conversations are. An owner never changes. */
export interface ConversationOwners {
  /**
   * Lets a caller ask in a conversation; one that nobody has becomes the caller's. Its first call to the
   * notes is made before it returns, in the same round trip as whatever else is asked at that moment.
   *
   * @throws RepriseError `not_found` where it is another's
   */
  admit(key: ConversationKey, caller: Caller): Promise<Admission>;
  /** Notes that a conversation with a new, unguessable id begins; returns at once. */
  begin(key: ConversationKey, caller: Caller): void;
  find(key: ConversationKey): Promise<Ownership>;
  /**
   * @throws RepriseError `not_found` for what the caller may not use, in the words for what is not there
   */
  check(key: ConversationKey, caller: Caller): Promise<void>;
}

/** The error for a conversation that is not there, or not there for this caller. */
export function unknownConversation(id: string): RepriseError {
  return new RepriseError("not_found", `There is no conversation ${id}.`);
}

interface OwnerParts {
  readonly notes: OwnerNotes;
  readonly record: OwnerRecord;
  readonly onTrouble: (error: unknown) => void;
}

/** Notes first, the record where they say nothing for certain. */
export function createConversationOwners(parts: OwnerParts): ConversationOwners {
  const { notes } = parts;
  const lookUp = createOwnerLookup(parts);

  async function find(key: ConversationKey): Promise<Ownership> {
    const own = lookUp.recall(key);
    if (own !== undefined) return own;
    const found = await lookUp.settle(key, await lookUp.attempt(notes.find(key)));
    if (found !== undefined) return found;
    const message = "The owner of the conversation cannot be looked up now; try again in a moment.";
    throw new RepriseError("not_ready", message, { retryAfterSeconds: 1 });
  }

  return {
    async admit(key, caller) {
      const { owner } = caller;
      const own = owner === undefined ? UNOWNED : lookUp.recall(key);
      if (owner === undefined || own !== undefined) {
        return { owner: ownerOf(checked(key, own ?? UNOWNED, caller)), isSure: true };
      }
      const note = await lookUp.attempt(notes.claim(key, owner));
      const claim = note ?? { owner, isSettled: false };
      const settled = await lookUp.settle(key, claim);
      const held = settled ?? toOwnership(claim.owner);
      return { owner: ownerOf(checked(key, held, caller)), isSure: settled !== undefined };
    },

    begin(key, { owner }) {
      if (owner !== undefined) lookUp.keep(key, owner);
    },

    find,

    async check(key, caller) {
      // Who sees all of the tenant need not be told whose it is.
      if (!caller.seesTenant) checked(key, await find(key), caller);
    },
  };
}

/** What this process remembers, and what notes and record come to. */
function createOwnerLookup({ notes, record, onTrouble }: OwnerParts) {
  const known = new LRUCache<string, string>({ max: REMEMBERED, ttl: REMEMBERED_MS });

  async function attempt<Value>(work: Promise<Value>): Promise<Value | undefined> {
    try {
      return await work;
    } catch (error) {
      onTrouble(error);
      return undefined;
    }
  }

  /** Remembers whose it is, and notes it for the others. */
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
    /** An unsettled holder has it where the record knows of nobody; undefined: nobody can tell. */
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
        keep(key, ownerOf(recorded) ?? NOBODY);
        return recorded;
      }
      if (note === undefined) return recorded;
      // The turn settles the note when it goes into the window, without a command of its own.
      known.set(nameOf(key), note.owner);
      return fromNote(note.owner);
    },
  };
}

/** An owner as it is noted of what nobody owns. */
const NOBODY = "";
const UNOWNED: Ownership = { kind: "unowned" };

function fromNote(owner: string): Ownership {
  return owner === NOBODY ? UNOWNED : { kind: "owned", owner };
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
