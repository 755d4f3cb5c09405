import { expect } from "vitest";
import { WEATHER } from "./asked-model.ts";
import { WAYS, type Way } from "./matrix-clients.ts";
import { ANSWER, type SeenBody } from "./model-server.ts";

/** Expected result of each way to ask, and model calls for two identical requests. */
const EXPECTED: Readonly<Record<Way, { readonly result: unknown; readonly calls: number }>> = {
  answer: { result: ANSWER, calls: 1 },
  "streamed answer": { result: ANSWER, calls: 1 },
  "answer with tools": { result: ANSWER, calls: 1 },
  "streamed answer with tools": { result: ANSWER, calls: 1 },
  "tool call": { result: WEATHER, calls: 2 },
  "streamed tool call": { result: WEATHER, calls: 2 },
  object: { result: { days: 30 }, calls: 1 },
  "streamed object": { result: { days: 30 }, calls: 1 },
};

/** Results of clients that send each request twice. The second is a cache hit, except for tool calls. */
export class ClientMatrix {
  private readonly rows = new Map<string, Map<Way, string>>();
  private readonly numbers = new Map<string, number>();

  /** A question unique to the client and the way. */
  questionOf(name: string, way: Way): string {
    const key = `${name}, ${way}`;
    const number = this.numbers.get(key) ?? this.numbers.size + 1;
    this.numbers.set(key, number);
    const isCall = EXPECTED[way].result === WEATHER;
    return isCall
      ? `What is the weather for order number ${number}?`
      : `When are refunds paid for order number ${number}?`;
  }

  /** @param seen request bodies of all model calls */
  check({
    name,
    way,
    results,
    seen,
  }: {
    name: string;
    way: Way;
    results: readonly unknown[];
    seen: readonly SeenBody[];
  }): void {
    const { result, calls } = EXPECTED[way];
    const question = JSON.stringify(this.questionOf(name, way));
    const made = seen.filter((body) => JSON.stringify(body["messages"]).includes(question)).length;
    const row = this.rows.get(name) ?? new Map<Way, string>();
    this.rows.set(name, row.set(way, made === 1 ? "miss, hit" : `${made} calls`));
    expect({ results, calls: made }).toEqual({ results: [result, result], calls });
  }

  print(): void {
    const table = [...this.rows].map(([name, row]) => [
      name,
      ...WAYS.map((way) => row.get(way) ?? "-"),
    ]);
    const lines = [["client, asking twice", ...WAYS], ...table];
    console.log(lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n"));
  }
}
