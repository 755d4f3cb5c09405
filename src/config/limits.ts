import { z } from "zod";
import { wholeNumber } from "./config-fields.ts";

const MINUTE_MS = 60_000;

/** Limits of open connections and durations; `.env.example` lists the variables. */
export interface ServerLimits {
  /** Maximum TCP connections of the process; further ones are closed at once. */
  readonly connections: number;
  /** Maximum size of request headers. */
  readonly headerBytes: number;
  /** From the first byte of a request to the end of its headers. */
  readonly headersTimeoutMs: number;
  /** From the first byte of a request to the end of its body. */
  readonly requestTimeoutMs: number;
  /** Maximum pause between bytes of a request body. */
  readonly bodyIdleMs: number;
  /** Maximum answers running or being sent in the process; further ones get 503. */
  readonly answers: number;
  /** The same per API key; further ones get 429. */
  readonly answersPerKey: number;
  /** Maximum WebSockets of the process. */
  readonly sockets: number;
  /** Maximum WebSockets per API key. */
  readonly socketsPerKey: number;
  /** Maximum concurrent chats and resumes on one WebSocket. */
  readonly answersPerSocket: number;
  /** Maximum average frames per second of a WebSocket; bursts of ten times as many are allowed. */
  readonly framesPerSecond: number;
  /** A client that reads none of its pending data for this long is disconnected. */
  readonly unreadMs: number;
  /** Maximum time to read a document and split it into passages. */
  readonly documentMs: number;
  /** Heap limit of the worker thread that does this, in MB. */
  readonly documentMemoryMb: number;
  /** Maximum pages of a PDF or slides of a presentation. */
  readonly documentPages: number;
  /** Maximum unpacked bytes of an archive, office file or e-book. */
  readonly documentExpandedBytes: number;
}

/** The environment variables, with their defaults. */
export const limitFields = {
  MAX_CONNECTIONS: wholeNumber(1, 1_000_000).default(5_000),
  MAX_HEADER_BYTES: wholeNumber(1_024, 1_048_576).default(16_384),
  HEADERS_TIMEOUT_MS: wholeNumber(100, 10 * MINUTE_MS).default(10_000),
  REQUEST_TIMEOUT_MS: wholeNumber(100, 60 * MINUTE_MS).default(5 * MINUTE_MS),
  BODY_IDLE_TIMEOUT_MS: wholeNumber(100, 10 * MINUTE_MS).default(20_000),
  MAX_ANSWERS: wholeNumber(1, 100_000).default(1_000),
  MAX_ANSWERS_PER_KEY: wholeNumber(1, 100_000).default(500),
  MAX_SOCKETS: wholeNumber(1, 100_000).default(1_000),
  MAX_SOCKETS_PER_KEY: wholeNumber(1, 100_000).default(500),
  MAX_ANSWERS_PER_SOCKET: wholeNumber(1, 1_000).default(16),
  SOCKET_FRAMES_PER_SECOND: wholeNumber(1, 10_000).default(20),
  UNREAD_TIMEOUT_MS: wholeNumber(100, 10 * MINUTE_MS).default(MINUTE_MS),
  DOCUMENT_TIMEOUT_MS: wholeNumber(100, 10 * MINUTE_MS).default(20_000),
  DOCUMENT_MEMORY_MB: wholeNumber(64, 16_384).default(512),
  DOCUMENT_MAX_PAGES: wholeNumber(1, 100_000).default(2_000),
  DOCUMENT_MAX_EXPANDED_MB: wholeNumber(1, 2_048).default(100),
};

const limitsSchema = z.object(limitFields);

/** Converts the variables to limits. */
export function toLimits(settings: z.infer<typeof limitsSchema>): ServerLimits {
  return {
    connections: settings.MAX_CONNECTIONS,
    headerBytes: settings.MAX_HEADER_BYTES,
    headersTimeoutMs: settings.HEADERS_TIMEOUT_MS,
    requestTimeoutMs: settings.REQUEST_TIMEOUT_MS,
    bodyIdleMs: settings.BODY_IDLE_TIMEOUT_MS,
    answers: settings.MAX_ANSWERS,
    answersPerKey: settings.MAX_ANSWERS_PER_KEY,
    sockets: settings.MAX_SOCKETS,
    socketsPerKey: settings.MAX_SOCKETS_PER_KEY,
    answersPerSocket: settings.MAX_ANSWERS_PER_SOCKET,
    framesPerSecond: settings.SOCKET_FRAMES_PER_SECOND,
    unreadMs: settings.UNREAD_TIMEOUT_MS,
    documentMs: settings.DOCUMENT_TIMEOUT_MS,
    documentMemoryMb: settings.DOCUMENT_MEMORY_MB,
    documentPages: settings.DOCUMENT_MAX_PAGES,
    documentExpandedBytes: settings.DOCUMENT_MAX_EXPANDED_MB * 1024 * 1024,
  };
}
