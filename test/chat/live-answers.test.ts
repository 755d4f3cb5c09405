import { describe, expect, it } from "vitest";
import { createLiveAnswers } from "../../src/chat/live-answers.ts";
import type { ChatEvent, ChatRequest, LiveAnswers } from "../../src/chat/types.ts";

const request: ChatRequest = {
  tenant: "acme",
  message: "hello",
  conversationId: null,
  cacheMode: "default",
};
type Erased = Parameters<typeof createLiveAnswers>[0]["wasErased"];
const KEPT = { wasErased: async () => false, now: Date.now };
const delta = (text: string): ChatEvent => ({ type: "answer-delta", text });

function start(
  events: readonly ChatEvent[],
  onEnd: (last: ChatEvent) => void = () => {},
  { conversationId = null, ...more }: { conversationId?: string | null; wasErased?: Erased } = {},
) {
  const gates: (() => void)[] = [];
  const seen: { signal?: AbortSignal } = {};
  let count = 0;
  const answers = createLiveAnswers({
    ...KEPT,
    newId: () => `msg_${(count += 1)}`,
    onEnd,
    ...more,
    async *answer(_request, { stopSignal }) {
      seen.signal = stopSignal;
      for (const event of events) {
        await new Promise<void>((resolve) => gates.push(resolve));
        if (stopSignal.aborted) return;
        yield event;
      }
    },
  });
  const id = answers.start({ ...request, conversationId });
  const release = async () => {
    gates.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { answers, id, release, seen };
}

async function texts(answers: LiveAnswers, id: string, afterSeq = 0, tenant = "acme") {
  const found: string[] = [];
  for await (const { seq, event } of answers.follow({ tenant, id, afterSeq }) ?? []) {
    found.push(`${seq}:${event.type === "answer-delta" ? event.text : event.type}`);
  }
  return found;
}

describe("answers under way", () => {
  it("are heard from the start by whoever comes late, and resumed from where they were lost", async () => {
    const { answers, id, release } = start([delta("a"), delta("b"), delta("c")]);
    await release();
    const early = texts(answers, id);
    await release();
    const late = texts(answers, id);
    const resumed = texts(answers, id, 1);
    await release();
    expect(await early).toEqual(["1:a", "2:b", "3:c"]);
    expect(await late).toEqual(["1:a", "2:b", "3:c"]);
    expect(await resumed).toEqual(["2:b", "3:c"]);
    expect(await texts(answers, id, 2)).toEqual(["3:c"]);
  });

  it("go on when nobody listens", async () => {
    const ends: ChatEvent[] = [];
    const { answers, id, release } = start([delta("a"), delta("b")], (last) => ends.push(last));
    await release();
    for await (const { seq } of answers.follow({ tenant: "acme", id, afterSeq: 0 }) ?? []) {
      expect(seq).toBe(1);
      break;
    }
    await release();
    expect(ends).toEqual([delta("b")]);
    expect(await texts(answers, id)).toEqual(["1:a", "2:b"]);
  });

  it("are not shown to another tenant, nor stopped by one", () => {
    const { answers, id } = start([delta("a")]);
    expect(answers.follow({ tenant: "globex", id, afterSeq: 0 })).toBeUndefined();
    expect(answers.stop({ tenant: "globex", id })).toBeUndefined();
    expect(answers.follow({ tenant: "acme", id: "msg_unknown", afterSeq: 0 })).toBeUndefined();
  });

  it("are stopped once, through their signal", async () => {
    const { answers, id, release, seen } = start([delta("a"), delta("b")]);
    await release();
    expect(answers.stop({ tenant: "acme", id })).toBe(true);
    expect(seen.signal?.aborted).toBe(true);
    await release();
    expect(answers.stop({ tenant: "acme", id })).toBe(false);
  });

  it("end a listener that leaves by its signal", async () => {
    const { answers, id, release } = start([delta("a"), delta("b")]);
    const leave = new AbortController();
    await release();
    const heard: number[] = [];
    const listening = (async () => {
      const events = answers.follow({ tenant: "acme", id, afterSeq: 0, signal: leave.signal });
      for await (const { seq } of events ?? []) heard.push(seq);
    })();
    await new Promise((resolve) => setImmediate(resolve));
    leave.abort();
    await listening;
    expect(heard).toEqual([1]);
  });

  it("turn a crash of the producer into an error event without its text", async () => {
    const answers = createLiveAnswers({
      ...KEPT,
      newId: () => "msg_1",
      onEnd: () => {},
      async *answer() {
        yield delta("a");
        throw new Error("secret detail");
      },
    });
    const events: ChatEvent[] = [];
    for await (const { event } of answers.follow({
      tenant: "acme",
      id: answers.start(request),
      afterSeq: 0,
    }) ?? []) {
      events.push(event);
    }
    expect(events[1]).toMatchObject({
      type: "answer-error",
      error: { code: "internal_error", status: 500 },
    });
    expect(JSON.stringify(events)).not.toContain("secret");
  });

  it("drain: waits for what runs, and stops what does not end in time", async () => {
    const { answers, release, seen } = start([delta("a")]);
    await answers.drain(5);
    expect(seen.signal?.aborted).toBe(true);
    await release();
    await answers.drain(5);
  });

  it("are forgotten with their conversation, whoever listens is told, and nothing is noted of them", async () => {
    const last: ChatEvent[] = [];
    const note = (event: ChatEvent) => void last.push(event);
    const { answers, id, release, seen } = start([delta("a"), delta("b")], note, {
      conversationId: "c1",
    });
    await release();
    const listening = texts(answers, id);
    expect(await answers.forget({ tenant: "globex", conversationId: "c1" })).toBe(false);
    const forgetting = answers.forget({ tenant: "acme", conversationId: "c1" });
    expect(seen.signal?.aborted).toBe(true);
    expect(await texts(answers, id)).toEqual([]);
    expect(await listening).toEqual(["1:a", "2:answer-error"]);
    await release();
    expect(await forgetting).toBe(true);
    expect(last).toMatchObject([{ type: "answer-error", error: { code: "stopped" } }]);
    expect(await texts(answers, id)).toEqual([]);
    expect(await answers.forget({ tenant: "acme", conversationId: "c1" })).toBe(false);
  });

  it("are not resumed when another replica has erased their conversation", async () => {
    let erasedAt = 0;
    const wasErased = async (_key: object, since: number) => erasedAt >= since;
    const { answers, id, release } = start([delta("a")], undefined, {
      conversationId: "c1",
      wasErased,
    });
    await release();
    const message = { tenant: "acme", id, afterSeq: 0 };
    expect(await answers.resume(message)).toBeDefined();
    erasedAt = Date.now();
    expect(await answers.resume(message)).toBeUndefined();
  });
});
