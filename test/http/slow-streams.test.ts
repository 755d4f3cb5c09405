import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { openEventStream, untilOpening } from "../../src/http/event-stream.ts";
import type * as eventStream from "../../src/http/event-stream.ts";
import { defer } from "../support/defer.ts";
import type { NumberedEvent } from "../../src/chat/types.ts";
import { scriptedModel, type Script } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";

/** When a stream opens whose model does not speak yet. The time limit itself is tested below. */
const opening = vi.hoisted(() => ({ at: "verdict" as "verdict" | "once" }));
vi.mock("../../src/http/event-stream.ts", async (original) => {
  const actual = await original<typeof eventStream>();
  async function* afterVerdict(events: AsyncIterable<NumberedEvent>) {
    for await (const next of events) {
      yield next;
      if (next.event.type === "answer-start") yield undefined;
    }
  }
  return {
    ...actual,
    untilOpening: (events: AsyncIterable<NumberedEvent>, openingMs?: number) => {
      if (openingMs !== undefined) return actual.untilOpening(events, openingMs);
      return opening.at === "verdict" ? afterVerdict(events) : actual.untilOpening(events, 0);
    },
  };
});

let server: Awaited<ReturnType<typeof startService>>;
let script: Script;
/** What the model waits for before its first word. */
let go = defer();
let questions = 0;
beforeAll(async () => {
  server = await startService({}, { model: scriptedModel(() => script, { id: "gpt-4o-mini" }) });
  const text = "Refunds are paid within 30 days of purchase.";
  await server.call("POST", "/v1/documents", { title: "Help", text });
});
afterAll(() => server.close());
beforeEach(() => {
  go = defer();
  opening.at = "verdict";
  script = {
    text: "Within 30 days [1].",
    beforeWord: (place) => (place === 0 ? go.promise : Promise.resolve()),
  };
});

const next = () => `When are refunds paid for order number ${(questions += 1)}?`;
const SURFACES = [
  ["/v1/chat", (message: string) => ({ message, stream: true })],
  [
    "/v1/chat/completions",
    (content: string) => ({ messages: [{ role: "user", content }], stream: true }),
  ],
] as const;

async function open(path: string, body: object) {
  const response = await fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  const read = async () => decoder.decode((await reader?.read())?.value);
  const rest = async () => {
    let text = "";
    for (let part = await read(); part !== ""; part = await read()) text += part;
    return text;
  };
  return { response, read, rest };
}

describe.each(SURFACES)("a stream of %s", (path, bodyOf) => {
  it("opens while the model is waited for, and goes on when it answers", async () => {
    const { response, read, rest } = await open(path, bodyOf(next()));
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(response.headers.get("x-cache")).toBe("MISS");
    expect(await read()).toMatch(path === "/v1/chat" ? /^event: answer-start/ : /"assistant"/);
    go.resolve();
    expect(await rest()).toContain("30 ");
  });

  it("opens while the same question in flight is waited for, without headers of the cache", async () => {
    const question = next();
    const leader = await open(path, bodyOf(question));
    opening.at = "once";
    const follower = await open(path, bodyOf(question));
    expect(follower.response.status).toBe(200);
    expect(follower.response.headers.get("x-cache")).toBeNull();
    expect(await follower.read()).toMatch(path === "/v1/chat" ? /^: / : /"assistant"/);
    go.resolve();
    expect(await follower.rest()).toContain("30 ");
    await leader.rest();
  });

  it("has an error in it where the model fails after it was opened", async () => {
    script = { ...script, error: new Error("secret"), failAfterWords: 1 };
    const { rest } = await open(path, bodyOf(next()));
    go.resolve();
    const text = await rest();
    expect(text).toContain('"code":"model_failed"');
    expect(text).not.toContain("[DONE]");
    expect(text).not.toContain("answer-end");
  });

  it("has the verdict on the cache in its headers where it is quick", async () => {
    go.resolve();
    const question = next();
    for (const expected of ["MISS", "HIT"]) {
      const { response, rest } = await open(path, bodyOf(question));
      expect(response.headers.get("x-cache")).toBe(expected);
      await rest();
    }
  });
});

describe("what a stream sends while nothing comes", () => {
  it("is a comment every ten seconds, until it ends", () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const sent: string[] = [];
    const response: any = {
      status: () => response,
      set: () => response,
      flushHeaders: () => {},
      once: () => response,
      write: (text: string) => sent.push(text) > 0,
      end: () => {},
    };
    const stream = openEventStream(response, {});
    vi.advanceTimersByTime(30_500);
    expect(sent).toEqual(Array.from({ length: 3 }, () => ": heartbeat\n\n"));
    stream.end();
    vi.advanceTimersByTime(30_000);
    expect(sent).toHaveLength(3);
  });
});

describe("the moment in which a stream opens", () => {
  async function* events(...delays: readonly number[]) {
    for (const delay of delays) {
      await new Promise((resolve) => setTimeout(resolve, delay));
      yield delay;
    }
  }
  const read = async (given: AsyncIterable<number>, ms: number) => {
    const seen: (number | undefined)[] = [];
    for await (const event of untilOpening(given, ms)) seen.push(event);
    return seen;
  };

  it("is told once, between the events that came before and those after", async () => {
    expect(await read(events(0, 150, 1), 50)).toEqual([0, undefined, 150, 1]);
    expect(await read(events(0, 1), 5_000)).toEqual([0, 1]);
    expect(await read(events(), 5_000)).toEqual([]);
  });

  it("lets a listener leave that waits for nothing any more", async () => {
    for await (const event of untilOpening(events(60_000), 1)) {
      expect(event).toBeUndefined();
      break;
    }
  });
});
