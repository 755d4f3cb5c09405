/** An idempotency key chosen by a client. */
export interface IdempotencyKey {
  readonly tenant: string;
  readonly key: string;
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
   * claim expires if it is neither answered nor released within `leaseMs`.
   */
  claim(
    claim: IdempotencyKey & { bodyHash: string; messageId: string; now: number; leaseMs: number },
  ): Promise<IdempotencyClaim>;
  /**
   * Stores the reply for 24 hours. It is erased with its conversation. If the conversation was
   * erased since the claim, nothing is stored and the key is released.
   */
  answer(
    answer: IdempotencyKey & {
      messageId: string;
      conversationId: string | null;
      reply: string;
      now: number;
    },
  ): Promise<void>;
  /** Releases the key after a failed request, so that it can be retried. */
  release(release: IdempotencyKey & { messageId: string }): Promise<void>;
}
