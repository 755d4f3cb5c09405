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

/** Deltas that arrived before the name of their call. */
interface UnnamedPieces {
  readonly id: string;
  readonly arguments: string;
}

/**
 * The tool calls of one answer, merged from their deltas. Providers identify calls differently: by index, all
 * with index 0, by id, by the same id for all, or not at all.
 */
export class ToolCalls {
  private readonly calls: CallUnderWay[] = [];
  private readonly unnamed = new Map<number | string | undefined, UnnamedPieces>();

  get all(): readonly ToolCall[] {
    return this.calls.map(({ id, name, arguments: json }) => ({ id, name, arguments: json }));
  }

  /** The delta for the client; undefined while the call has no name. */
  take({ index, id, name, args }: CallPiece): ToolCallDelta | undefined {
    const piece = { index: index ?? undefined, id: id ?? "", name: name ?? "", args: args ?? "" };
    const at = piece.name === "" ? this.findUnnamed(piece) : this.findNamed(piece);
    const known = this.calls[at];
    if (known !== undefined) {
      known.arguments += piece.args;
      return { index: at, arguments: piece.args };
    }
    return piece.name === "" ? this.wait(piece) : this.begin(piece);
  }

  /** Sends `{}` for each call without arguments: clients parse them as JSON. */
  end(): ToolCallDelta[] {
    return this.calls.flatMap((call, index) => {
      if (call.arguments.trim() !== "") return [];
      call.arguments += NO_ARGUMENTS;
      return [{ index, arguments: NO_ARGUMENTS }];
    });
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

  private wait({ index, id, args }: GivenPiece): undefined {
    const before = this.unnamed.get(index) ?? { id: "", arguments: "" };
    const waiting = { id: id === "" ? before.id : id, arguments: before.arguments + args };
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
