import { randomBytes } from "node:crypto";
import type { ToolCall } from "../models/types.ts";

/** Delta of a tool call; the first one of each call has its id and name. */
export interface ToolCallDelta {
  /** Index among the calls of the answer, from 0. */
  readonly index: number;
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  /** The next part of the arguments, which are JSON. */
  readonly arguments: string;
}

/** Delta of a tool call as the provider sends it. */
interface CallPiece {
  readonly index?: number | string | null | undefined;
  readonly id?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly args?: string | null | undefined;
}

interface CallUnderWay {
  /** The provider's index or id of the call. */
  readonly key: number | string;
  readonly id: string;
  readonly name: string;
  arguments: string;
}

/** Deltas that arrived before the whole name of their call. */
interface UnnamedPieces {
  readonly id: string;
  /** The beginning of the name. */
  readonly name: string;
  readonly arguments: string;
}

/**
 * The tool calls of one answer, merged from their deltas. Providers identify calls differently: by index, all
 * with index 0, by id, by the same id for all, or not at all. A name may arrive in several pieces.
 */
export class ToolCalls {
  private readonly calls: CallUnderWay[] = [];
  private readonly unnamed = new Map<number | string | undefined, UnnamedPieces>();
  private readonly offered: ReadonlySet<string>;

  /** @param offered names of the offered tools */
  constructor(offered: ReadonlySet<string> = new Set()) {
    this.offered = offered;
  }

  get all(): readonly ToolCall[] {
    return this.calls.map(({ id, name, arguments: json }) => ({ id, name, arguments: json }));
  }

  /** Name of a call that was not offered, also of one that is incomplete; undefined if there is none. */
  get notOffered(): string | undefined {
    const names = [...this.calls, ...this.unnamed.values()].map(({ name }) => name);
    return names.find((name) => name !== "" && !this.offered.has(name));
  }

  /** The deltas for the client; none while the call has no name. */
  take({ index, id, name, args }: CallPiece): ToolCallDelta[] {
    const given = { index: index ?? undefined, id: id ?? "", name: name ?? "", args: args ?? "" };
    const waiting = this.unnamed.get(given.index);
    const joined = this.joinName(waiting, given);
    if (joined !== undefined) return this.takeNamed({ ...given, name: joined });
    // Another call: the name that waited was complete.
    const { id: before = "", name: whole = "" } = waiting ?? {};
    const begun = this.begin({ index: given.index, id: before, name: whole, args: "" });
    return [begun, ...this.takeNamed(given)];
  }

  private takeNamed(piece: GivenPiece): ToolCallDelta[] {
    const at = piece.name === "" ? this.findUnnamed(piece) : this.findNamed(piece);
    const known = this.calls[at];
    if (known !== undefined) {
      known.arguments += piece.args;
      return [{ index: at, arguments: piece.args }];
    }
    const isOpen = piece.name === "" || (piece.args === "" && this.mayGrow(piece.name));
    if (!isOpen) return [this.begin(piece)];
    this.wait(piece);
    return [];
  }

  /** The name with its beginning that waits. Undefined if the piece belongs to another call. */
  private joinName(
    waiting: UnnamedPieces | undefined,
    { id, name }: GivenPiece,
  ): string | undefined {
    if (waiting === undefined || waiting.name === "") return this.trim(name);
    if (id !== "" && waiting.id !== "" && id !== waiting.id) return undefined;
    if (name === "" || name === waiting.name) return waiting.name;
    const joined = waiting.name + name;
    return this.offered.has(joined) || this.mayGrow(joined) ? joined : undefined;
  }

  /** Some models put a name space or spaces before the name. */
  private trim(name: string): string {
    const trimmed = name.trim().replace(/^functions?\./, "");
    return this.offered.has(trimmed) ? trimmed : name;
  }

  /** Whether the name may be the beginning of another offered one. */
  private mayGrow(name: string): boolean {
    return [...this.offered].some((other) => other !== name && other.startsWith(name));
  }

  /** Begins calls whose name may have grown, and sends `{}` for each call without arguments: clients parse them. */
  end(): ToolCallDelta[] {
    const begun = [...this.unnamed].flatMap(([index, { id, name }]) =>
      this.offered.has(name) ? [this.begin({ index, id, name, args: "" })] : [],
    );
    const empty = this.calls.flatMap((call, index) => {
      if (call.arguments.trim() !== "") return [];
      call.arguments += NO_ARGUMENTS;
      return [{ index, arguments: NO_ARGUMENTS }];
    });
    return [...begun, ...empty];
  }

  private findUnnamed({ index, id }: GivenPiece): number {
    const byId = id === "" ? -1 : this.calls.findLastIndex((call) => call.id === id);
    if (byId !== -1) return byId;
    return index === undefined
      ? this.calls.length - 1
      : this.calls.findLastIndex(({ key }) => key === index);
  }

  /** Some providers repeat the name in each delta: it continues a call that it fits. */
  private findNamed({ index, id, name, args }: GivenPiece): number {
    if (index === undefined && id === "") return -1;
    const at = this.calls.findLastIndex(
      (call) => (index === undefined || call.key === index) && (id === "" || call.id === id),
    );
    const call = this.calls[at];
    if (call === undefined) return -1;
    const adds = args !== "" && isWhole(call.arguments);
    return adds || call.name !== name ? -1 : at;
  }

  private wait({ index, id, name, args }: GivenPiece): void {
    const before = this.unnamed.get(index) ?? { id: "", arguments: "" };
    const waiting = { id: id === "" ? before.id : id, name, arguments: before.arguments + args };
    this.unnamed.set(index, waiting);
  }

  private begin({ index, id, name, args }: GivenPiece): ToolCallDelta {
    const before = this.unnamed.get(index);
    this.unnamed.delete(index);
    const given = id === "" ? (before?.id ?? "") : id;
    const isTaken = given === "" || this.calls.some((call) => call.id === given);
    const own = isTaken ? `call_${randomBytes(12).toString("hex")}` : given;
    const text = (before?.arguments ?? "") + args;
    this.calls.push({ key: index ?? own, id: own, name, arguments: text });
    return { index: this.calls.length - 1, id: own, name, arguments: text };
  }
}

interface GivenPiece {
  readonly index: number | string | undefined;
  readonly id: string;
  readonly name: string;
  readonly args: string;
}

const NO_ARGUMENTS = "{}";

/** True if the arguments are complete JSON. */
export function isWhole(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}
