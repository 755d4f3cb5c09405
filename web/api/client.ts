import { signal } from "@preact/signals";
import { readKey } from "./key.ts";
import { ServerError } from "./server-error.ts";
import { withTimeLimit } from "./time-limit.ts";
import type { ErrorReply } from "./types.ts";

/** Time limit of a small request in milliseconds; answers and uploads have their own limits. */
const REQUEST_LIMIT_MS = 20_000;

/** Counts 401 replies; the session listens. */
export const refusals = signal(0);

export interface RequestOptions {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** The body, sent as JSON. */
  readonly json?: unknown;
  readonly body?: BodyInit;
  readonly headers?: Readonly<Record<string, string>>;
  /** Replaces the time limit. */
  readonly signal?: AbortSignal;
}

/**
 * Sends a request to this page's server, with the API key if there is one. The time limit covers the
 * headers only; readers of the body set their own limit.
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
 * The reply's body. `Reply` is a type of the server's schemas (`types.ts`): page and server are built
 * together, so the body is not validated again here.
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

/** The `Authorization` header, if there is a key. */
export function authorization(): Record<string, string> {
  const key = readKey();
  return key === null ? {} : { Authorization: `Bearer ${key}` };
}

/** Adds the parameters that have a value to a path. */
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
  const problem = isLate
    ? "The server did not respond in time."
    : "The server could not be reached.";
  return new ServerError(`${problem} Check that it is running, then try again.`, {
    status: 0,
    code: "unreachable",
  });
}
