import { readEvents } from "./event-stream.js";

const KEY_NAME = "reprise-api-key";

/** A failure with the server's own message; `status` is 0 when the connection was lost. */
export class ServerError extends Error {
  constructor(message, status) {
    super(message);
    this.name = "ServerError";
    this.status = status;
  }
}

/** The key goes with the tab: session storage, never local storage. */
export function saveKey(key) {
  sessionStorage.setItem(KEY_NAME, key);
}

/** Titles of the documents, 100 at most. */
export async function listTitles() {
  const { documents } = await (await request("/v1/documents?limit=100")).json();
  return documents.map(({ title }) => title);
}

/** Asks, and gives the reply's events as they come. */
export async function* ask(body, signal) {
  const text = JSON.stringify({ ...body, stream: true });
  yield* readEvents(await request("/v1/chat", { method: "POST", body: text, signal }));
}

/** Stops an answer under way; what has come is kept. */
export async function stopMessage(id) {
  await request(`/v1/messages/${encodeURIComponent(id)}/stop`, { method: "POST" });
}

async function request(path, options = {}) {
  const key = sessionStorage.getItem(KEY_NAME);
  const headers = {
    ...(options.body === undefined ? {} : { "Content-Type": "application/json" }),
    ...(key === null ? {} : { Authorization: `Bearer ${key}` }),
  };
  const response = await fetch(path, { ...options, headers });
  if (response.ok) return response;
  const body = await response.json().catch(() => undefined);
  const message = body?.error?.message ?? `The server answered with status ${response.status}.`;
  throw new ServerError(message, response.status);
}
