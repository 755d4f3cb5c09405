import { readErrorBody } from "./upstream-error.ts";

/** End marker of a stream in OpenAI's protocol. */
const DONE = "[DONE]";
/** Maximum event length, in UTF-16 units: longer than any escaped answer. */
const MAX_EVENT = 16_000_000;

/** Normalises the events of a model server. */
export interface EventCleaner {
  /** Adds text and returns the events that it completes, normalised. Empty if it completes none. */
  push(text: string): string;
  /** Returns the last event, if the stream ends without an empty line after it. */
  end(): string;
  /** True after the server's end marker. */
  readonly isDone: boolean;
}

/**
 * Converts a server's events to those of OpenAI's protocol: one JSON object each, then `[DONE]`. Line ends may
 * be LF, CRLF or CR. Comments, empty events and events without a chunk (`ping`, `{}`) are dropped. Events that
 * share a line, or that no empty line separates, are split. `event: error` becomes an error.
 */
export function createEventCleaner(): EventCleaner {
  const state = { rest: "", event: "", data: "", isDone: false, isTold: false };

  /** Emits a complete event at once: some servers send no empty line. */
  function takeData(value: string): string {
    state.data = state.data === "" ? value : `${state.data}\n${value}`;
    const isError = state.event === "error";
    const made = readEvents(state.data, isError);
    return made === undefined ? "" : give(made);
  }

  function give(events: readonly string[]): string {
    state.data = "";
    const chunks = events.filter((event) => event !== DONE && (!state.isDone || isUsage(event)));
    state.isDone ||= events.includes(DONE);
    return chunks.map((event) => `data: ${event}\n\n`).join("");
  }

  /** The end marker comes after all events of its packet: some servers send the usage after it. */
  function tellDone(): string {
    if (!state.isDone || state.isTold) return "";
    state.isTold = true;
    return `data: ${DONE}\n\n`;
  }

  function endEvent(): string {
    const { data, event } = state;
    state.event = "";
    return data.trim() === "" ? give([]) : give(readIncomplete(data, event === "error"));
  }

  function takeLine(line: string): string {
    if (line === "") return endEvent();
    // Some servers send the error of a failed stream without `data:`.
    if (line.startsWith("{")) return takeData(line);
    const colon = line.indexOf(":");
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "event") state.event = value.trim();
    return name === "data" ? takeData(value) : "";
  }

  return {
    get isDone() {
      return state.isDone;
    },
    push(text) {
      if (state.rest.length + state.data.length > MAX_EVENT) {
        throw new Error(`an event of more than ${MAX_EVENT} characters`);
      }
      // Scans only new text, in case a line arrives in many pieces.
      if (!/[\r\n]/.test(text) && !state.rest.endsWith("\r")) {
        state.rest += text;
        return "";
      }
      const lines = (state.rest + text).split(/\r\n|\n|\r(?!$)/);
      state.rest = lines.pop() ?? "";
      return lines.map(takeLine).join("") + tellDone();
    },
    end() {
      const last = state.rest.split("\r").map(takeLine).join("");
      return last + endEvent() + tellDone();
    },
  };
}

/** The events in a data text. Undefined if it may continue in the next line. */
function readEvents(data: string, isError: boolean): readonly string[] | undefined {
  const text = data.trim();
  if (text.startsWith(DONE)) return [DONE];
  // Parses only text that ends like JSON, to avoid parsing a multi-line text once per line.
  if (!/[}\]]$/.test(text)) return undefined;
  const values = parseAll(text);
  return values?.flatMap((value) => toEvent(value, isError));
}

/** An event that is not JSON. A truncated chunk is passed on and fails to parse; other text is dropped. */
function readIncomplete(data: string, isError: boolean): readonly string[] {
  const text = data.trim();
  if (isError) return [JSON.stringify({ error: { message: text } })];
  if (DONE.startsWith(text)) return [DONE];
  return /^\s*[{[]/.test(data) ? [data.replaceAll(/\s+/g, " ")] : [];
}

function toEvent(value: unknown, isError: boolean): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  const chunk = withoutEmptyError(value);
  if (isError || isErrorBody(chunk)) return [JSON.stringify({ error: readErrorBody(chunk) })];
  return isChunk(chunk) ? [JSON.stringify(chunk)] : [];
}

/** `{error}`, or an error itself. */
function isErrorBody(value: object): boolean {
  const { error, object, choices }: Record<string, unknown> = { ...value };
  return Boolean(error) || (object === "error" && !Array.isArray(choices));
}

/** Whether an event has usage and no text: after the end marker nothing else is read. */
function isUsage(event: string): boolean {
  const { choices, usage }: Record<string, unknown> = { ...toObject(parse(event)) };
  return Boolean(usage) && (!Array.isArray(choices) || choices.length === 0);
}

/** Some servers send an empty `error: {}` with each chunk. */
function withoutEmptyError(value: object): object {
  const { error, ...rest }: Record<string, unknown> = { ...value };
  const isEmpty = typeof error === "object" && error !== null && Object.keys(error).length === 0;
  return isEmpty && "choices" in rest ? rest : value;
}

/** Whether an object has content that a stream's reader needs. */
function isChunk(value: object): boolean {
  const { choices, usage }: Record<string, unknown> = { ...value };
  return Array.isArray(choices) || Boolean(usage) || "x_groq" in value;
}

/** Parses concatenated JSON values. Undefined if the text is not JSON. */
function parseAll(text: string): readonly unknown[] | undefined {
  const one = parse(text);
  if (one !== undefined) return [one];
  const values: unknown[] = [];
  let start = 0;
  for (const end of findEnds(text)) {
    const value = parse(text.slice(start, end));
    if (value === undefined) return undefined;
    values.push(value);
    start = end;
  }
  return text.slice(start).trim() === "" && values.length > 0 ? values : undefined;
}

/** Position after each outermost object. */
function findEnds(text: string): number[] {
  const ends: number[] = [];
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}]/gs)) {
    if (token === "{") depth += 1;
    if (token === "}") depth -= 1;
    if (token === "}" && depth === 0) ends.push(index + 1);
  }
  return ends;
}

const toObject = (value: unknown) => (typeof value === "object" ? value : null);

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
