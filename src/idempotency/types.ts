/** An idempotency key chosen by a client. */
export interface IdempotencyKey {
  readonly tenant: string;
  readonly key: string;
}

/** A key, and the message that claims it. */
export interface MessageClaim extends IdempotencyKey {
  readonly messageId: string;
}

/** The state of a key when a request uses it. */
export type IdempotencyClaim =
  /** The key was free; this request holds it now. */
  | { readonly kind: "claimed" }
  /** The key was used with a different body. */
  | { readonly kind: "other-body" }
  /** The answer with this message id is in progress. */
  | { readonly kind: "under-way"; readonly messageId: string }
  /** The key was answered; this is the stored reply. */
  | { readonly kind: "answered"; readonly reply: string };

/** Replies by idempotency key, so that a repeated request is answered once. */
export interface IdempotencyStore {
  /**
   * Claims the key for a message, or returns its state. Of concurrent requests, one gets the key. A
   * claim that is not renewed, answered or released within `leaseMs` can be taken over: its process
   * has died or stands still. The message id is the fencing token: once another message holds the
   * key, the earlier one can neither renew nor answer.
   *
   * @param claim `now`: when the question was asked, milliseconds since the epoch. Leases count by
   * the database's clock, so that the clocks of replicas may differ.
   */
  claim(
    claim: MessageClaim & { bodyHash: string; now: number; leaseMs: number },
  ): Promise<IdempotencyClaim>;
  /** Extends an unanswered claim to `leaseMs` from now, even an expired one. False: another message has the key. */
  renew(claim: MessageClaim & { leaseMs: number }): Promise<boolean>;
  /**
   * Stores the reply for `keepMs`, if the message still has the key. It is erased with its
   * conversation. If the conversation was erased since the claim, nothing is stored and the key is
   * released.
   */
  answer(
    answer: MessageClaim & { conversationId: string | null; reply: string; keepMs: number },
  ): Promise<void>;
  /** Releases the key after a failed request, so that it can be retried. */
  release(claim: MessageClaim): Promise<void>;
}
