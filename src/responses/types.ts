/** A stored response of the Responses API. */
export interface KeptResponse {
  readonly tenant: string;
  /** `resp_…`. */
  readonly id: string;
  readonly conversationId: string;
  /** Owner; null: none. */
  readonly owner: string | null;
  /** When it was requested, in milliseconds since the epoch. */
  readonly createdAt: number;
  /** JSON: the response, and what a follow-up request needs of it. */
  readonly body: string;
}

/** Stores responses for 30 days, or until their conversation is erased. */
export interface ResponseStore {
  /** Stores a response, unless its conversation was erased since the request. */
  put(response: KeptResponse): Promise<void>;
  find(key: { tenant: string; id: string }): Promise<KeptResponse | undefined>;
  /** Returns true if there was one. */
  remove(key: { tenant: string; id: string }): Promise<boolean>;
}

/** How long a response is kept, in days. */
export const RESPONSE_DAYS = 30;
