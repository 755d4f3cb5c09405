import { z } from "zod";
import { tellingWords } from "./upstream-error.ts";

/** Longest error body that is read, in characters. */
const MAX_ERROR = 64 * 1024;
/** Code of a reply that is none of a model server: another page of the same proxy would not be either. */
export const NOT_JSON = "not_json";
const JSON_TYPE = { "content-type": "application/json" };

type Fetch = typeof globalThis.fetch;

/**
 * `fetch` for model servers: whatever form an error has, it becomes OpenAI's, and a success that is none
 * (a web page, an error with status 200) becomes an error. A stream that comes as one JSON text is made a
 * stream.
 */
export function createUpstreamFetch(inner: Fetch = globalThis.fetch): Fetch {
  return async (input, init) => {
    const response = await inner(input, init);
    if (!response.ok) return toError(response, response.status, await readText(response));
    return checkSuccess(response, isStreamed(init));
  };
}

function isStreamed(init: RequestInit | undefined): boolean {
  const body = init?.body;
  return typeof body === "string" && /"stream":\s*true/.test(body);
}

async function checkSuccess(response: Response, isStream: boolean): Promise<Response> {
  const type = (response.headers.get("content-type") ?? "").toLowerCase();
  if (isExpected(type, isStream)) return response;
  const text = await response.text();
  const body = parse(text);
  if (typeof body !== "object" || body === null) {
    const what = text.trim() === "" ? "an empty body" : `the content type "${type}"`;
    const message = `answered with ${what} where JSON was expected`;
    return toError(response, 502, JSON.stringify({ error: { message, code: NOT_JSON } }));
  }
  const status = statusOfError(body);
  if (status !== undefined) return toError(response, status, text);
  return isStream ? toStream(body) : new Response(text, { headers: JSON_TYPE });
}

/** Streams of an unusual type are read as they are: what is none has no end. */
function isExpected(type: string, isStream: boolean): boolean {
  const isJson = type.includes("json") && !type.includes("ndjson");
  return isStream ? !isJson && !type.includes("html") : isJson;
}

const failure = z.union([
  z.looseObject({ error: z.union([z.looseObject({}), z.string().min(1)]) }),
  z.looseObject({ object: z.literal("error") }),
]);
const coded = z.looseObject({ code: z.coerce.number().int().min(400).max(599) });

/** The status of an error that came with status 200; undefined where it is none. */
function statusOfError(body: object): number | undefined {
  const failed = failure.safeParse(body);
  if (!failed.success || "choices" in body) return undefined;
  const parsed = coded.safeParse(failed.data["error"] ?? body);
  return parsed.success ? parsed.data.code : 502;
}

const completion = z.looseObject({
  choices: z.array(
    z.looseObject({ message: z.unknown().optional(), finish_reason: z.unknown().optional() }),
  ),
});

/** A whole completion as the stream that was asked for. */
function toStream(body: object): Response {
  const parsed = completion.safeParse(body);
  const chunk = parsed.success
    ? {
        ...parsed.data,
        choices: parsed.data.choices.map(({ message, ...choice }) => ({
          ...choice,
          delta: message,
        })),
      }
    : {};
  const stream = `data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`;
  return new Response(stream, { headers: { "content-type": "text/event-stream" } });
}

async function readText(response: Response): Promise<string> {
  try {
    return (await response.text()).slice(0, MAX_ERROR);
  } catch {
    return "";
  }
}

const label = z.union([z.string(), z.number()]).nullish().catch(undefined);
const openAiError = z
  .looseObject({ code: label, type: label, param: label, error: z.unknown().optional() })
  .catch({ error: undefined });

function toError(response: Response, status: number, text: string): Response {
  const body = parse(text);
  // Some servers answer with a list of one error.
  const outer = openAiError.parse(Array.isArray(body) ? body[0] : body);
  const inner = openAiError.parse(outer.error);
  const pick = (name: "code" | "type" | "param") => inner[name] ?? outer[name] ?? null;
  const message = tellingWords(body ?? text);
  const error = { message, code: pick("code"), type: pick("type"), param: pick("param") };
  const headers = new Headers(JSON_TYPE);
  for (const name of ["retry-after", "retry-after-ms", "x-request-id"]) {
    const value = response.headers.get(name);
    if (value !== null) headers.set(name, value);
  }
  return new Response(JSON.stringify({ error }), { status, headers });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
