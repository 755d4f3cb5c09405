import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { scriptedModel, type Script } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";

const REWORDINGS = [
  "How do I reset my password?",
  "How can I reset my password?",
  "How do I reset the password?",
];

/** The service with a slow model that cites its first passage. */
async function openService(script: () => Partial<Script> = () => ({})) {
  const model = scriptedModel(() => ({
    text: "Open the settings [1].",
    beforeWord: () => sleep(40),
    ...script(),
  }));
  const service = await startService({ CACHE_THRESHOLD: "0.9", EMBEDDINGS: "builtin" }, { model });
  onTestFinished(() => service.close());
  const text = "To reset your password open the settings. Parcels of 14 kg and of 40 kg are taken.";
  await service.call("POST", "/v1/documents", { title: "Help", text });
  const ask = async (message: string, more: object = {}) =>
    service.call("POST", "/v1/chat", { message, ...more });
  return { ask, calls: model.calls };
}

describe("rewordings that come at once", () => {
  it("are answered by one model call, and say so", async () => {
    let release = () => {};
    const all = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { ask, calls } = await openService(() => ({ beforeWord: () => all }));
    const asking = Array.from({ length: 30 }, (_, index) => ask(REWORDINGS[index % 3] ?? ""));
    await expect.poll(() => calls.length).toBe(1);
    await sleep(1_000);
    release();
    const replies = await Promise.all(asking);
    expect(calls).toHaveLength(1);
    const caches = replies.map(({ json }) => json.cache);
    expect(caches.filter(({ status }) => status === "miss")).toHaveLength(1);
    const waited = caches.filter(({ status }) => status === "hit");
    expect(waited).toHaveLength(29);
    const inFlight = waited.filter(({ reasons }) => reasons.includes("answered-in-flight"));
    expect(inFlight.length).toBeGreaterThan(0);
    // Who comes late on a busy machine finds the stored answer, in the same tier.
    expect(new Set(waited.map(({ tier }) => tier))).toEqual(new Set(["exact", "semantic"]));
  });

  it("go their own way where the numbers differ, or the request is stricter", async () => {
    const { ask, calls } = await openService();
    await Promise.all([
      ask("Is a parcel of 14 kg taken?"),
      ask("Is a parcel of 40 kg taken?"),
      ask(REWORDINGS[0] ?? ""),
      ask(REWORDINGS[1] ?? "", { cache: { threshold: 1 } }),
    ]);
    expect(calls).toHaveLength(4);
  });

  it("are answered on their own when the first one comes to nothing", async () => {
    let failures = 1;
    const { ask, calls } = await openService(() => {
      failures -= 1;
      return failures >= 0 ? { error: new Error("overloaded"), failAfterWords: 1 } : {};
    });
    const [first, second] = await Promise.all([ask(REWORDINGS[0] ?? ""), ask(REWORDINGS[1] ?? "")]);
    expect(new Set([first?.status, second?.status])).toEqual(new Set([200, 502]));
    expect(calls).toHaveLength(2);
  });
});

describe("a question in flight whose document changes", () => {
  const EATS = "What does the walrus eat in winter?";

  /** A walrus whose food changes; the model repeats the document it was shown when the gate opens. */
  async function openWalrus() {
    let open = () => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const model = scriptedModel((messages) => {
      const food = messages.some(({ text }) => text.includes("walnuts")) ? "walnuts" : "mangoes";
      return { text: `It eats ${food} [1].`, beforeWord: () => gate };
    });
    const service = await startService(
      { CACHE_THRESHOLD: "0.9", EMBEDDINGS: "builtin" },
      { model },
    );
    onTestFinished(() => service.close());
    const put = async (food: string, animal = "walrus") => {
      const text = `In winter the ${animal} eats ${food}.`;
      const reply = await service.call("PUT", `/v1/documents/${animal}`, { title: animal, text });
      expect(reply.status).toBeLessThan(300);
    };
    const ask = async (message: string) => {
      const { json } = await service.call("POST", "/v1/chat", { message });
      return json;
    };
    await put("walnuts");
    return { put, ask, open, calls: model.calls };
  }

  it.each([EATS, "What will the walrus eat in winter?"])(
    "is not answered from the old text once the change is done: %s",
    async (asked) => {
      const { put, ask, open, calls } = await openWalrus();
      const first = ask(EATS);
      await expect.poll(() => calls.length).toBe(1);
      const before = ask(asked);
      await sleep(100);
      await put("mangoes");
      const after = [ask(EATS), ask(asked)];
      await sleep(100);
      open();
      expect((await first).answer).toContain("walnuts");
      for (const reply of await Promise.all([before, ...after])) {
        expect(reply.answer).toContain("mangoes");
        expect(reply.citations[0].passage).toContain("mangoes");
      }
    },
  );

  it("is joined all the same while another document changes", async () => {
    const { put, ask, open, calls } = await openWalrus();
    const asking = [ask(EATS), ask(EATS)];
    await expect.poll(() => calls.length).toBe(1);
    await sleep(100);
    await put("leaves", "hamster");
    open();
    const replies = await Promise.all(asking);
    expect(new Set(replies.map(({ cache }) => cache.status))).toEqual(new Set(["hit", "miss"]));
    expect(calls).toHaveLength(1);
  });
});
