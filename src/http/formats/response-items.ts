import type { Citation } from "../../knowledge/types.ts";
import type { ResponseEvent } from "../schemas/response-event-schemas.ts";
import type { FileCitation, OutputItem } from "../schemas/response-schemas.ts";

type WithoutNumber<Event> = Event extends unknown ? Omit<Event, "sequence_number"> : never;
/** An event without its sequence number. */
export type UnnumberedEvent = WithoutNumber<ResponseEvent>;

export type SpokenKind = "text" | "refusal" | "reasoning";

/** An unfinished item with one part. */
interface SpokenItem {
  readonly kind: SpokenKind;
  readonly id: string;
  text: string;
  annotations: readonly FileCitation[];
}

/** An unfinished function call. */
interface CalledItem {
  readonly kind: "call";
  readonly id: string;
  readonly callId: string;
  readonly name: string;
  /** Index among the calls of the answer. */
  readonly index: number;
  /** Arguments so far. */
  text: string;
}

export type OpenItem = SpokenItem | CalledItem;

type Status = OutputItem["status"];
type Part = Extract<UnnumberedEvent, { type: "response.content_part.added" }>["part"];

/** The output item as in the response. */
export function toItem(open: OpenItem, status: Status): OutputItem {
  const { id } = open;
  if (open.kind === "call") {
    const { callId, name, text } = open;
    return { type: "function_call", id, status, call_id: callId, name, arguments: text };
  }
  const part = toPart(open);
  return part.type === "reasoning_text"
    ? { type: "reasoning", id, status, summary: [], content: [part] }
    : { type: "message", id, status, role: "assistant", content: [part] };
}

/** The item without content. */
function toEmptyItem(open: OpenItem): OutputItem {
  const item = toItem(open, "in_progress");
  return item.type === "function_call" ? item : { ...item, content: [] };
}

/** Events at the start of an item. */
export function toOpening(open: OpenItem, outputIndex: number): UnnumberedEvent[] {
  const added: UnnumberedEvent = {
    type: "response.output_item.added",
    output_index: outputIndex,
    item: toEmptyItem(open),
  };
  if (open.kind === "call") return [added];
  const place = placeOf(open, outputIndex);
  return [added, { type: "response.content_part.added", ...place, part: toPart(open) }];
}

export function toDelta(open: OpenItem, outputIndex: number, delta: string): UnnumberedEvent {
  const place = placeOf(open, outputIndex);
  switch (open.kind) {
    case "text":
      return { type: "response.output_text.delta", ...place, delta, logprobs: [] };
    case "refusal":
      return { type: "response.refusal.delta", ...place, delta };
    case "reasoning":
      return { type: "response.reasoning_text.delta", ...place, delta };
    case "call": {
      const { content_index: _none, ...item } = place;
      return { type: "response.function_call_arguments.delta", ...item, delta };
    }
  }
}

/** Events of an item's annotations. */
export function toAnnotated(open: SpokenItem, outputIndex: number): UnnumberedEvent[] {
  return open.annotations.map((annotation, index) => ({
    type: "response.output_text.annotation.added",
    ...placeOf(open, outputIndex),
    annotation_index: index,
    annotation,
  }));
}

/** Events at the end of an item. */
export function toDone(open: OpenItem, item: OutputItem, outputIndex: number): UnnumberedEvent[] {
  const place = placeOf(open, outputIndex);
  const done: UnnumberedEvent = {
    type: "response.output_item.done",
    output_index: outputIndex,
    item,
  };
  if (open.kind === "call") {
    const { content_index: _none, ...call } = place;
    const { name, text } = open;
    return [
      { type: "response.function_call_arguments.done", ...call, name, arguments: text },
      done,
    ];
  }
  const part: UnnumberedEvent = {
    type: "response.content_part.done",
    ...place,
    part: toPart(open),
  };
  return [toTextDone(open, place), part, done];
}

type Place = ReturnType<typeof placeOf>;

function placeOf({ id }: OpenItem, outputIndex: number) {
  return { item_id: id, output_index: outputIndex, content_index: 0 };
}

function toTextDone({ kind, text }: SpokenItem, place: Place): UnnumberedEvent {
  switch (kind) {
    case "text":
      return { type: "response.output_text.done", ...place, text, logprobs: [] };
    case "refusal":
      return { type: "response.refusal.done", ...place, refusal: text };
    case "reasoning":
      return { type: "response.reasoning_text.done", ...place, text };
  }
}

function toPart({ kind, text, annotations }: SpokenItem): Part {
  switch (kind) {
    case "text":
      return { type: "output_text", text, annotations: [...annotations], logprobs: [] };
    case "refusal":
      return { type: "refusal", refusal: text };
    case "reasoning":
      return { type: "reasoning_text", text };
  }
}

/** Position of the citation mark; the end of the text without a mark. */
export function toFileCitation(
  { documentId, title, number }: Citation,
  text: string,
): FileCitation {
  const at = number === undefined ? -1 : text.indexOf(`[${number}]`);
  const index = at === -1 ? text.length : at;
  return { type: "file_citation", file_id: documentId, filename: title, index };
}
