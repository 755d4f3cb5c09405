import type { ColumnType } from "kysely";

/**
 * Whole nano-dollars. Drivers differ in how they read 64 bits, so it is written as a bigint and read
 * as text only (`amount` in amounts.ts).
 */
type NanoUsdColumn = ColumnType<unknown, bigint, bigint>;
/** 0 or 1. */
type Flag = number;

/** The tables of the system of record. Times are milliseconds since the epoch. */
export interface Tables {
  documents: {
    tenant: string;
    id: string;
    title: string;
    text: string;
    source: string | null;
    version: number;
    passages: number;
    created_at: number;
    updated_at: number;
    /** A JSON array of `TextPlace`; null where the text is the whole file. */
    places: string | null;
  };
  document_passages: {
    tenant: string;
    document_id: string;
    /** Place in the document, from 0. */
    position: number;
    id: string;
    /** A JSON array of strings. */
    headings: string;
    text: string;
    start_offset: number;
    end_offset: number;
    embedder_id: string;
    /** Little-endian 32-bit floats. */
    vector: Uint8Array;
    lead: string | null;
    /** A JSON object of type `PassageLocator`. */
    locator: string | null;
  };
  document_jobs: {
    tenant: string;
    id: string;
    state: string;
    step: string;
    done: number;
    total: number;
    cancel_requested: Flag;
    created_at: number;
    updated_at: number;
    /** A JSON array of `JobFile`. */
    files: string;
  };
  document_versions: {
    tenant: string;
    document_id: string;
    version: number;
    title: string;
    text: string;
    source: string | null;
    created_at: number;
  };
  conversations: {
    tenant: string;
    id: string;
    /** The one who began it. */
    user_id: string | null;
    /** The beginning of its first question; empty once erased. */
    title: string;
    /** The conversation that it was forked from. */
    forked_from: string | null;
    created_at: number;
    updated_at: number;
    /** Turns that were asked until then are erased and never come back. */
    erased_at: number | null;
  };
  /** Who began a conversation: `key:{name}` or `user:{sub}`. One without a row is nobody's. */
  conversation_owners: {
    tenant: string;
    conversation_id: string;
    owner: string;
  };
  /** All who have asked in a conversation. */
  conversation_users: {
    tenant: string;
    user_id: string;
    conversation_id: string;
  };
  messages: {
    tenant: string;
    conversation_id: string;
    /** Orders the turns of a conversation. */
    turn_order: number;
    /** The id of the turn's answer. */
    turn_id: string;
    /** Within the turn: 0 the question, 1 the answer. */
    side: number;
    id: string;
    role: string;
    content: string;
    /** JSON: what an answer has beside its text. */
    details: string | null;
    created_at: number;
  };
  usage: {
    tenant: string;
    /** The id of the answer. */
    id: string;
    created_at: number;
    conversation_id: string | null;
    user_id: string | null;
    model: string;
    status: string;
    tier: string | null;
    finish_reason: string;
    prompt_tokens: number;
    completion_tokens: number;
    cached_prompt_tokens: number;
    cache_write_tokens: number;
    reasoning_tokens: number;
    embedding_tokens: number;
    estimated: Flag;
    saved_prompt_tokens: number;
    saved_completion_tokens: number;
    total_nano_usd: NanoUsdColumn;
    saved_nano_usd: NanoUsdColumn;
    net_saved_nano_usd: NanoUsdColumn;
    priced: Flag;
    total_ms: number;
  };
  /** The ledger added up by quarters of an hour and models: written with it, read by most reports. */
  usage_quarters: {
    tenant: string;
    /** Quarters of an hour since the epoch. */
    quarter: number;
    model: string;
    /** From 0: who finds one locked adds to the next; the sum counts. */
    part: number;
    requests: number;
    exact: number;
    semantic: number;
    verified: number;
    misses: number;
    prompt_tokens: number;
    completion_tokens: number;
    cached_prompt_tokens: number;
    reasoning_tokens: number;
    embedding_tokens: number;
    estimated: number;
    saved_prompt_tokens: number;
    saved_completion_tokens: number;
    priced: number;
    total_nano_usd: NanoUsdColumn;
    saved_nano_usd: NanoUsdColumn;
    net_saved_nano_usd: NanoUsdColumn;
    shadow_runs: number;
    shadow_nano_usd: NanoUsdColumn;
  };
  /** Responses of OpenAI's Responses API. */
  responses: {
    tenant: string;
    id: string;
    conversation_id: string;
    owner: string | null;
    created_at: number;
    /** JSON. */
    body: string;
  };
  profiles: {
    tenant: string;
    user_id: string;
    /** A flat JSON object. */
    profile: string;
    updated_at: number;
    /** Whose it is; null: from before owners were recorded. */
    owner: string | null;
  };
  feedback: {
    tenant: string;
    message_id: string;
    rating: string;
    comment: string | null;
    created_at: number;
  };
  cache_policies: {
    tenant: string;
    version: number;
    /** A JSON object. */
    policy: string;
    author: string;
    created_at: number;
  };
  /** The log of lookups; hashes alone where texts are not kept. */
  lookups: {
    tenant: string;
    /** The message's. */
    id: string;
    created_at: number;
    conversation_id: string | null;
    scope: string;
    question: string | null;
    question_hash: string;
    verdict: string;
    tier: string | null;
    /** A JSON array of codes. */
    reasons: string;
    serve_threshold: number;
    grey_threshold: number;
    nearest_id: string | null;
    nearest_similarity: number | null;
    nearest_serve_from: number | null;
    nearest_grey_from: number | null;
    nearest_question: string | null;
    nearest_hash: string | null;
    nearest_conversation_id: string | null;
    /** A JSON array of ids. */
    nearest_documents: string;
    saved_tokens: number;
    saved_nano_usd: NanoUsdColumn;
    priced: Flag;
    below_by: number | null;
    /** Hundredths below the threshold; then what was served by similarity, then the rest. */
    near_band: number;
    /** Orders a band: drawn from the id. */
    near_order: number;
    /** A JSON array. */
    candidates: string;
    /** A JSON object. */
    retrieved: string | null;
    embedder_id: string;
    knowledge_version: string;
    stored: Flag;
    /** Of the weightiest label. */
    label_same: Flag | null;
    /** Of the answer that was stored. */
    answer_tokens: number;
    answer_nano_usd: NanoUsdColumn;
  };
  /** Hits that the model answered too, afterwards. */
  shadow_runs: {
    tenant: string;
    id: string;
    lookup_id: string;
    created_at: number;
    tier: string;
    similarity: number;
    serve_from: number | null;
    grey_from: number | null;
    serve_threshold: number;
    grey_threshold: number;
    policy_version: number;
    same: Flag;
    decided_by: string;
    nano_usd: NanoUsdColumn;
  };
  lookup_labels: {
    tenant: string;
    lookup_id: string;
    source: string;
    same: Flag;
    author: string;
    note: string | null;
    created_at: number;
  };
  idempotency_keys: {
    tenant: string;
    key: string;
    body_hash: string;
    message_id: string;
    conversation_id: string | null;
    /** JSON; null while the answer is under way. */
    reply: string | null;
    created_at: number;
    /** Until then nobody else may take the key. */
    expires_at: number;
  };
  budget_days: {
    tenant: string;
    /** `2026-11-25`, UTC. */
    day: string;
    spent_nano_usd: NanoUsdColumn;
  };
  budget_holds: {
    id: string;
    tenant: string;
    day: string;
    nano_usd: NanoUsdColumn;
    expires_at: number;
  };
}
