/** A response of OpenAI's Responses API, as it is kept. */
export interface KeptResponse {
  readonly tenant: string;
  /** `resp_…`. */
  readonly id: string;
  readonly conversationId: string;
  /** Whose it is; null: nobody's. */
  readonly owner: string | null;
  /** When it was asked for, in milliseconds since the epoch. */
  readonly createdAt: number;
  /** JSON: the response, and what a next one needs of it. */
  readonly body: string;
}

/** Responses for 30 days, or until their conversation is erased. */
export interface ResponseStore {
  /** Keeps nothing where the conversation was erased since the response was asked for. */
  put(response: KeptResponse): Promise<void>;
  find(key: { tenant: string; id: string }): Promise<KeptResponse | undefined>;
  /** True when there was one. */
  remove(key: { tenant: string; id: string }): Promise<boolean>;
}

/** How long a response is kept, in days. */
export const RESPONSE_DAYS = 30;
