import { isWhole, type ToolCallDelta } from "../../chat/tool-calls.ts";
import type { Citation } from "../../knowledge/types.ts";
import type { OutputItem } from "../schemas/response-schemas.ts";
import {
  toAnnotated,
  toDelta,
  toDone,
  toItem,
  toOpening,
  toFileCitation,
  type OpenItem,
  type SpokenKind,
  type UnnumberedEvent,
} from "./response-items.ts";

/**
 * The items of a response, and their events. An item ends before the next one begins, except for a call with
 * incomplete arguments: some models write several calls at the same time.
 */
export interface ResponseOutput {
  /** Finished items. */
  readonly items: readonly OutputItem[];
  add(kind: SpokenKind, delta: string): UnnumberedEvent[];
  call(piece: ToolCallDelta): UnnumberedEvent[];
  /** Marks the text so far as thinking. */
  reset(): UnnumberedEvent[];
  cite(citations: readonly Citation[]): UnnumberedEvent[];
  close(status?: "completed" | "incomplete"): UnnumberedEvent[];
}

/** An open item with its output index. */
interface PlacedItem {
  readonly item: OpenItem;
  readonly place: number;
}

/** @param key suffix of the item ids */
export function createResponseOutput(key: string): ResponseOutput {
  const places = createPlaces(key);
  let calls = 0;

  const newest = (kind: SpokenKind) => {
    const placed = places.open.at(-1);
    return placed?.item.kind === kind ? placed : undefined;
  };
  const openCall = (index: number) =>
    places.open.find(({ item }) => item.kind === "call" && item.index === index);

  return {
    get items() {
      return places.done;
    },
    close: (status) => places.close(() => true, status),
    add(kind, delta) {
      const begin = () => places.begin(kind, (id) => ({ kind, id, text: "", annotations: [] }));
      const events = newest(kind) === undefined ? begin() : [];
      return [...events, ...append(newest(kind), delta)];
    },
    call({ index, id: callId = "", name = "", arguments: delta }) {
      const begin = () =>
        places.begin("call", (id) => ({ kind: "call", id, callId, name, index, text: "" }));
      const events = index < calls ? [] : begin();
      calls = Math.max(calls, index + 1);
      return [...events, ...append(openCall(index), delta)];
    },
    reset() {
      const placed = newest("text");
      if (placed === undefined) return [];
      const { place, item } = placed;
      const { text } = item;
      const events = places.close((each) => each === placed, "incomplete");
      const id = itemId("reasoning", key, place);
      places.put(place, toItem({ kind: "reasoning", id, text, annotations: [] }, "completed"));
      return events;
    },
    cite(citations) {
      const placed = newest("text");
      if (placed?.item.kind !== "text") return [];
      const { item, place } = placed;
      item.annotations = citations.map((citation) => toFileCitation(citation, item.text));
      return toAnnotated(item, place);
    },
  };
}

/** Open and finished items by output index. */
function createPlaces(key: string) {
  const done = new Map<number, OutputItem>();
  let open: readonly PlacedItem[] = [];

  function close(
    isMeant: (placed: PlacedItem) => boolean,
    status: "completed" | "incomplete" = "completed",
  ): UnnumberedEvent[] {
    const closed = open.filter(isMeant);
    open = open.filter((placed) => !closed.includes(placed));
    return closed.flatMap(({ item, place }) => {
      const made = toItem(item, status);
      done.set(place, made);
      return toDone(item, made, place);
    });
  }

  return {
    close,
    /** In order of start. */
    get open() {
      return open;
    },
    get done() {
      return [...done].toSorted(([one], [other]) => one - other).map(([, item]) => item);
    },
    put: (place: number, item: OutputItem) => void done.set(place, item),
    begin(kind: OpenItem["kind"], toOpen: (id: string) => OpenItem): UnnumberedEvent[] {
      const closing = close(({ item }) => item.kind !== "call" || isWhole(item.text));
      const place = done.size + open.length;
      const item = toOpen(itemId(kind, key, place));
      open = [...open, { item, place }];
      return [...closing, ...toOpening(item, place)];
    },
  };
}

/** No events for a finished item: text after complete arguments is ignored. */
function append(placed: PlacedItem | undefined, delta: string): UnnumberedEvent[] {
  if (placed === undefined || delta === "") return [];
  placed.item.text += delta;
  return [toDelta(placed.item, placed.place, delta)];
}

const PREFIXES = { text: "msg", refusal: "msg", reasoning: "rs", call: "fc" } as const;

/** The first item has the message id. Other ids contain a dot, which no message id does. */
function itemId(kind: OpenItem["kind"], key: string, place: number): string {
  const suffix = place === 0 ? "" : `.${place}`;
  return `${PREFIXES[kind]}_${key}${suffix}`;
}

/** Suffix of an item id; the same as in its response id. */
export function keyOfItem(id: string): string {
  return id.replace(/^[a-z]+_/, "").replace(/\.\d+$/, "");
}
