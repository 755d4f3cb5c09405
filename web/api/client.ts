import { signal } from "@preact/signals";
import { readKey } from "./key.ts";
import { ServerError } from "./server-error.ts";
import { withTimeLimit } from "./time-limit.ts";
import type { ErrorReply } from "./types.ts";

/** How long a small request may take, in milliseconds; answers and uploads have their own limits. */
const REQUEST_LIMIT_MS = 20_000;

/** Counts refusals for want of a known key (401); the session listens. */
export const refusals = signal(0);

export interface RequestOptions {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Sent as JSON. */
  readonly json?: unknown;
  readonly body?: BodyInit;
  readonly headers?: Readonly<Record<string, string>>;
  /** Takes the place of the time limit. */
  readonly signal?: AbortSignal;
}

/**
 * Fetches from this page's server, with the key when there is one. The time limit ends with the
 * headers; whoever reads a body has a limit of their own.
 *
 * @throws ServerError when the server cannot be reached or refuses
 */
export async function request(path: string, options: RequestOptions = {}): Promise<Response> {
  if (options.signal === undefined) {
    return withTimeLimit(REQUEST_LIMIT_MS, (signal) => request(path, { ...options, signal }));
  }
  const { json, method = "GET", signal } = options;
  const body = json === undefined ? options.body : JSON.stringify(json);
  const response = await fetch(path, {
    method,
    signal,
    headers: {
      ...authorization(),
      ...(json !== undefined && { "Content-Type": "application/json" }),
      ...options.headers,
    },
    ...(body !== undefined && { body }),
  }).catch((cause: unknown) => {
    throw unreachable(cause);
  });
  if (response.ok) return response;
  if (response.status === 401) refusals.value += 1;
  throw await readError(response);
}

/**
 * The reply's body. `Reply` is one of the types of the server's schemas (`types.ts`): page and server
 * are built as one, so the body is not checked again here.
 *
 * @throws ServerError
 */
export async function fetchJson<Reply>(path: string, options: RequestOptions = {}): Promise<Reply> {
  const read = async (signal: AbortSignal) =>
    readJson<Reply>(await request(path, { ...options, signal }));
  return options.signal === undefined
    ? withTimeLimit(REQUEST_LIMIT_MS, read)
    : read(options.signal);
}

async function readJson<Body>(response: Response): Promise<Body> {
  return response.json();
}

/** `Authorization`, where there is a key. */
export function authorization(): Record<string, string> {
  const key = readKey();
  return key === null ? {} : { Authorization: `Bearer ${key}` };
}

/** A path with those parameters that have a value. */
export function withQuery(
  path: string,
  parameters: Readonly<Record<string, string | number | undefined>>,
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined && value !== "") query.set(name, String(value));
  }
  return query.size === 0 ? path : `${path}?${query}`;
}

async function readError(response: Response): Promise<ServerError> {
  const { status } = response;
  try {
    const { message, code } = (await readJson<ErrorReply>(response)).error;
    return new ServerError(message, { status, code });
  } catch {
    const message = `The server answered with status ${status}. Try again in a moment.`;
    return new ServerError(message, { status, code: "unexpected" });
  }
}

function unreachable(cause: unknown): ServerError {
  const isLate = cause instanceof DOMException && cause.name === "TimeoutError";
  const problem = isLate ? "The server took too long." : "The server could not be reached.";
  return new ServerError(`${problem} See whether it runs, then try again.`, {
    status: 0,
    code: "unreachable",
  });
}
