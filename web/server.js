import { readKey } from "./key.js";

/** How long a small request may take, in milliseconds; answers have their own limits. */
const REQUEST_LIMIT_MS = 15_000;

/** A failure with a message for the reader; `status` is 0 when no reply came. */
export class ServerError extends Error {
  constructor(message, status) {
    super(message);
    this.name = "ServerError";
    this.status = status;
  }
}

/** Titles of the documents, 100 at most. */
export async function listTitles() {
  const signal = AbortSignal.timeout(REQUEST_LIMIT_MS);
  const { documents } = await (await request("/v1/documents?limit=100", { signal })).json();
  return documents.map(({ title }) => title);
}

/** Stops an answer under way; what has come is kept. */
export async function stopMessage(id) {
  const signal = AbortSignal.timeout(REQUEST_LIMIT_MS);
  await request(`/v1/messages/${encodeURIComponent(id)}/stop`, { method: "POST", signal });
}

/**
 * Fetches from this page's server, with the key when there is one.
 *
 * @throws ServerError when the server cannot be reached or refuses
 */
export async function request(path, { headers = {}, ...options } = {}) {
  const response = await fetch(path, {
    ...options,
    headers: { ...authorization(), ...headers },
  }).catch(() => {
    throw new ServerError("The server could not be reached.", 0);
  });
  if (response.ok) return response;
  const body = await response.json().catch(() => undefined);
  const message = body?.error?.message ?? `The server answered with status ${response.status}.`;
  throw new ServerError(message, response.status);
}

function authorization() {
  const key = readKey();
  return key === null ? {} : { Authorization: `Bearer ${key}` };
}
