import { z } from "zod";
import { createEventCleaner } from "./event-stream-text.ts";
import { readText, textsOf } from "./read-body.ts";
import { UNTOLD_END } from "./openai-chunks.ts";
import {
  NOT_JSON,
  REDIRECTED,
  readErrorBody,
  refusedFields,
  sentenceOf,
} from "./upstream-error.ts";

/** Limits for reading an error body, also if it arrives byte by byte. */
const ERROR_BODY = { length: 64 * 1024, timeoutMs: 2_000 };
/** Maximum length of a complete response, in UTF-16 units: enough for the vectors of thousands of texts. */
const WHOLE_BODY = { length: 256 * 1024 * 1024 };
/** Maximum length of a response to a streaming call that is not a stream. */
const UNSTREAMED_BODY = { length: 16 * 1024 * 1024 };
const JSON_TYPE = { "content-type": "application/json" };
const STREAM_TYPE = { "content-type": "text/event-stream" };
const REDIRECTS = new Set([300, 301, 302, 303, 307, 308]);

type Fetch = typeof globalThis.fetch;

/**
 * `fetch` for model servers. Errors of any format are converted to OpenAI's. A success that is not one (a web
 * page, an error with status 200) becomes an error. The content decides how a response is read, not its
 * declared type. Redirects are not followed: prompt and key are sent only to the configured address.
 */
export function createUpstreamFetch(inner: Fetch = globalThis.fetch): Fetch {
  return async (input, init) => {
    const response = await inner(input, { ...init, redirect: "manual" });
    if (REDIRECTS.has(response.status)) return toRedirectError(response);
    if (!response.ok) return toError(response, response.status, await readError(response));
    return isStreamed(init) ? readStream(response) : readWhole(response);
  };
}

function isStreamed(init: RequestInit | undefined): boolean {
  const body = init?.body;
  return typeof body === "string" && /"stream":\s*true/.test(body);
}

/** Errors are near the beginning; longer responses are lists of vectors. */
const LOOKED_THROUGH = 4_000;

async function readWhole(response: Response): Promise<Response> {
  const text = await readText("", textsOf(response), WHOLE_BODY);
  const isLong = text.length > LOOKED_THROUGH && /^\s*[{[]/.test(text);
  if (isLong && !text.slice(0, LOOKED_THROUGH).includes('"error"')) return toWhole(text);
  return judgeText(response, text, () => toWhole(text));
}

function toWhole(text: string): Response {
  return new Response(text, { headers: JSON_TYPE });
}

/** Reads a text that should be JSON. Other text, and JSON with an error, become errors. */
function judgeText(response: Response, text: string, take: (body: object) => Response): Response {
  const body = parse(text);
  if (typeof body !== "object" || body === null) return toNotJson(response, text);
  // Some servers wrap an error in a list.
  const first: unknown = Array.isArray(body) ? body[0] : body;
  const status = statusOfError(first);
  return status === undefined ? take(body) : toError(response, status, text);
}

function toNotJson(response: Response, text: string): Response {
  const type = response.headers.get("content-type") ?? "";
  const what = text.trim() === "" ? "an empty body" : `the content type "${type}"`;
  const message = `answered with ${what} where JSON was expected`;
  return toError(response, 502, JSON.stringify({ error: { message, code: NOT_JSON } }));
}

/** Events begin with a word or a comment, JSON with a bracket, a web page with `<`. */
async function readStream(response: Response): Promise<Response> {
  const texts = textsOf(response);
  let begun = "";
  for (let next = await texts.next(); next.done !== true; next = await texts.next()) {
    begun += next.value;
    if (begun.trim() !== "") break;
  }
  const first = begun.trimStart().charAt(0);
  if (first === "<") {
    await texts.return(undefined);
    return toNotJson(response, begun);
  }
  if (first !== "{" && first !== "[" && first !== "") {
    return new Response(cleanEvents(begun, texts), { headers: STREAM_TYPE });
  }
  const text = await readText(begun, texts, UNSTREAMED_BODY);
  const body = parse(text);
  // Newline-separated objects are events too.
  const isLines = body === undefined && first === "{";
  return isLines
    ? new Response(cleanEvents(text, textsOf(new Response())), { headers: STREAM_TYPE })
    : judgeText(response, text, toStream);
}

/** The connection is reused if the server ends its response soon after the stream. */
const TAIL = { length: 1_024, timeoutMs: 500 };

function cleanEvents(begun: string, texts: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const cleaner = createEventCleaner();
  const encoder = new TextEncoder();
  let waiting = begun;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        let events = cleaner.push(waiting);
        waiting = "";
        let isOver = cleaner.isDone;
        while (events === "" && !isOver) {
          const next = await texts.next();
          isOver = next.done === true;
          events = next.done === true ? cleaner.end() : cleaner.push(next.value);
          isOver ||= cleaner.isDone;
        }
        if (events !== "") controller.enqueue(encoder.encode(events));
        if (!isOver) return;
        controller.close();
        readText("", texts, TAIL).catch(() => undefined);
      },
      cancel() {
        texts.return(undefined).catch(() => undefined);
      },
    },
    { highWaterMark: 0 },
  );
}

const failure = z.union([
  z.looseObject({ error: z.union([z.looseObject({}), z.string().min(1)]) }),
  z.looseObject({ object: z.literal("error") }),
]);
/** Status of an error that arrived with status 200; undefined if the body is not an error. */
function statusOfError(body: unknown): number | undefined {
  const failed = failure.safeParse(body);
  if (!failed.success || "choices" in failed.data) return undefined;
  return readErrorBody(body).status ?? 502;
}

const completion = z.looseObject({
  choices: z.array(
    z.looseObject({
      message: z.unknown().optional(),
      delta: z.unknown().optional(),
      finish_reason: z.unknown().optional(),
    }),
  ),
});

/** Converts a complete response, or a list of chunks, to the requested stream. */
function toStream(body: object): Response {
  const chunks = Array.isArray(body) ? body : [toChunk(body)];
  const events = [...chunks.map((chunk) => JSON.stringify(chunk)), "[DONE]"];
  const stream = events.map((event) => `data: ${event}\n\n`).join("");
  return new Response(stream, { headers: STREAM_TYPE });
}

/** A complete text has ended, even without a finish reason. */
function toChunk(body: object): object {
  const parsed = completion.safeParse(body);
  if (!parsed.success) return {};
  const choices = parsed.data.choices.map(({ message, finish_reason: reason, ...choice }) => ({
    ...choice,
    delta: message ?? choice.delta,
    finish_reason: reason ?? UNTOLD_END,
  }));
  return { ...parsed.data, choices };
}

async function readError(response: Response): Promise<string> {
  try {
    return await readText("", textsOf(response), ERROR_BODY);
  } catch {
    return "";
  }
}

/** The redirect's target is only logged; the message for clients names the setting. */
function toRedirectError(response: Response): Response {
  const { status, headers, body } = response;
  body?.cancel().catch(() => undefined);
  const message = `redirects to ${headers.get("location") ?? "no address"}`;
  return toError(response, status, JSON.stringify({ error: { message, code: REDIRECTED } }));
}

function toError(response: Response, status: number, text: string): Response {
  const body: unknown = parse(text) ?? text;
  const { message, code, type, param } = readErrorBody(body);
  const told = { said: sentenceOf(body), fields: refusedFields(body) };
  const error = { ...told, message, code, type, param };
  const headers = new Headers(JSON_TYPE);
  for (const name of ["retry-after", "retry-after-ms", "x-request-id"]) {
    const value = response.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  // Statuses such as 304, and invalid ones, cannot have a body in a `Response`.
  const isStatus = (status >= 400 && status <= 599) || REDIRECTS.has(status);
  return new Response(JSON.stringify({ error }), { status: isStatus ? status : 502, headers });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
