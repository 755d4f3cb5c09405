import { z } from "zod";
import { wholeNumber } from "./config-fields.ts";

const MINUTE_MS = 60_000;

/** What clients may hold open and how long they may take; `.env.example` has the variables. */
export interface ServerLimits {
  /** TCP connections of the process; further ones are closed at once. */
  readonly connections: number;
  /** Size of a request's headers. */
  readonly headerBytes: number;
  /** From the first byte of a request to the end of its headers. */
  readonly headersTimeoutMs: number;
  /** From the first byte of a request to the end of its body. */
  readonly requestTimeoutMs: number;
  /** Without a byte of a body that has begun. */
  readonly bodyIdleMs: number;
  /** Answers that are running or still being sent, of the process: more are 503. */
  readonly answers: number;
  /** The same of one key: more are 429. */
  readonly answersPerKey: number;
  /** WebSockets of the process. */
  readonly sockets: number;
  /** WebSockets of one key. */
  readonly socketsPerKey: number;
  /** Chats and resumes under way on one WebSocket. */
  readonly answersPerSocket: number;
  /** Frames that a WebSocket may send in a second on average; ten times as many may come at once. */
  readonly framesPerSecond: number;
  /** A client that has unread data and takes none of it for this long is disconnected. */
  readonly unreadMs: number;
  /** Time to read a document and split it into passages. */
  readonly documentMs: number;
  /** Memory of the worker thread that does it, in MB. */
  readonly documentMemoryMb: number;
  /** Pages of a PDF, slides of a presentation. */
  readonly documentPages: number;
  /** Bytes of an archive, an office file or an e-book, unpacked. */
  readonly documentExpandedBytes: number;
}

/** The variables of the limits, with their defaults. */
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

/** The limits as they are set. */
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
