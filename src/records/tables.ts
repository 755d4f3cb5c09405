import type { ColumnDataType, ColumnType, Dialect, Kysely, RawBuilder } from "kysely";

/** Column types whose name or sort order differs between the databases. */
export interface ColumnTypes {
  /** Sorts by code point, like JavaScript. */
  readonly text: ColumnDataType | RawBuilder<unknown>;
  readonly bytes: ColumnDataType;
}

/** A database, and where it differs from the other. */
export interface DatabaseKind {
  /** Shown in messages; contains no password. */
  readonly name: string;
  readonly dialect: Dialect;
  readonly types: ColumnTypes;
}

/**
 * Integer nano-dollars. Drivers read 64-bit integers as different types, so it is written as a
 * bigint and always selected with a cast to text.
 */
type NanoUsdColumn = ColumnType<unknown, bigint, bigint>;
/** 0 or 1. */
type Flag = number;

/** The tables of the database. Times are milliseconds since the epoch. */
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
    /** A JSON array of `TextPlace`; null if the text is the whole file. */
    places: string | null;
    /** A JSON array of the groups that may read it; null: everybody. */
    groups: string | null;
  };
  document_passages: {
    tenant: string;
    document_id: string;
    /** Index of the passage in the document, from 0. */
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
    /** Like `documents.places`; null also for versions stored before this column existed. */
    places: string | null;
  };
  conversations: {
    tenant: string;
    id: string;
    /** The user who asked the first question. */
    user_id: string | null;
    /** The beginning of its first question; empty once erased. */
    title: string;
    /** The conversation that it was forked from. */
    forked_from: string | null;
    created_at: number;
    updated_at: number;
    /** Turns asked up to this time are erased. Turns that arrive late are dropped by this value. */
    erased_at: number | null;
  };
  /**
   * Who started a conversation: `key:{name}` or `user:{sub}`. A conversation without a row has no
   * owner.
   */
  conversation_owners: {
    tenant: string;
    conversation_id: string;
    owner: string;
  };
  /** Every user who has asked in a conversation. */
  conversation_users: {
    tenant: string;
    user_id: string;
    conversation_id: string;
  };
  messages: {
    tenant: string;
    conversation_id: string;
    /** Sort order of the turns in a conversation. */
    turn_order: number;
    /** The id of the turn's answer. */
    turn_id: string;
    /** Position in the turn: 0 is the question, 1 the answer. */
    side: number;
    id: string;
    role: string;
    content: string;
    /** JSON of type `AnswerDetails`; null for a question. */
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
  /**
   * The ledger summed by 15 minutes and model. Written in the ledger's transaction, read by most
   * reports.
   */
  usage_quarters: {
    tenant: string;
    /** 15-minute intervals since the epoch. */
    quarter: number;
    model: string;
    /**
     * From 0. A sum is split into parts: a writer that finds one locked adds to the next, and
     * readers add them up.
     */
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
  /** Stored responses of the Responses API. */
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
    /** Owner; null for a profile written before owners were recorded. */
    owner: string | null;
  };
  feedback: {
    tenant: string;
    message_id: string;
    rating: string;
    comment: string | null;
    created_at: number;
    /** What was rated; null for feedback of earlier versions. */
    conversation_id: string | null;
    question: string | null;
    /** The cache entry that was served, or that the answer was stored as. */
    entry_id: string | null;
    /** The reviewer's action; null: not resolved. */
    resolved_as: string | null;
    resolved_by: string | null;
    resolved_at: number | null;
  };
  cache_policies: {
    tenant: string;
    version: number;
    /** A JSON object. */
    policy: string;
    author: string;
    created_at: number;
  };
  /** The lookup log. Questions are null, with only their hashes, when texts are not logged. */
  lookups: {
    tenant: string;
    /** Id of the message. */
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
    /**
     * Sort order of the review list: hundredths below the threshold, then answers served by
     * similarity, then the rest.
     */
    near_band: number;
    /** Sort order within a band: a deterministic sample of the ids. */
    near_order: number;
    /** A JSON array. */
    candidates: string;
    /** A JSON object. */
    retrieved: string | null;
    embedder_id: string;
    knowledge_version: string;
    stored: Flag;
    /** Verdict of the label with the highest-priority source. */
    label_same: Flag | null;
    /** Usage of the answer that was stored. */
    answer_tokens: number;
    answer_nano_usd: NanoUsdColumn;
  };
  /** Cache hits that were also answered by the model, for comparison. */
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
    /** JSON; null while the answer is in progress. */
    reply: string | null;
    created_at: number;
    /** The key cannot be claimed again before this time. */
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

/** The database: the source of truth. */
export type Records = Kysely<Tables>;
