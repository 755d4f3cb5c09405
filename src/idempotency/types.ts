/** Names a key that a client chose. */
export interface IdempotencyKey {
  readonly tenant: string;
  readonly key: string;
}

/** What a key stands for when a request comes with it. */
export type IdempotencyClaim =
  /** Nobody has answered it: this request does. */
  | { readonly kind: "claimed" }
  /** It came with another body. */
  | { readonly kind: "other-body" }
  /** The answer with this message id is under way. */
  | { readonly kind: "under-way"; readonly messageId: string }
  /** It was answered: the reply as it was stored. */
  | { readonly kind: "answered"; readonly reply: string };

/** Replies by the keys that clients gave their requests, so that a repeated request is answered once. */
export interface IdempotencyStore {
  /**
   * Takes the key for a message, or says what it stands for. Of those who come at once, one takes it;
   * one who took it and neither answered nor released it within `leaseMs` has lost it.
   */
  claim(
    claim: IdempotencyKey & { bodyHash: string; messageId: string; now: number; leaseMs: number },
  ): Promise<IdempotencyClaim>;
  /**
   * Keeps the reply for 24 hours from now. It goes with its conversation when that is erased; where that
   * was erased since the claim, nothing is kept and the key is free.
   */
  answer(
    answer: IdempotencyKey & {
      messageId: string;
      conversationId: string | null;
      reply: string;
      now: number;
    },
  ): Promise<void>;
  /** Gives the key back: the request failed, and may be tried again. */
  release(release: IdempotencyKey & { messageId: string }): Promise<void>;
}
