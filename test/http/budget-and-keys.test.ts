import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { openDatabase } from "../../src/records/database.ts";
import { askBy } from "../support/ask-surfaces.ts";
import { startPriced } from "../support/priced-service.ts";
import { scriptedModel } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";

describe("a daily budget", () => {
  it("stops model calls and no hits, and says when to come again", async () => {
    const { server, model } = await startPriced({ DAILY_BUDGET_USD: "0.0002" });
    onTestFinished(() => server.close());
    await server.call("POST", "/v1/documents", {
      title: "Help",
      text: "Refunds are paid within 30 days of purchase.",
    });
    const racing = await Promise.all(
      ["When are refunds paid?", "Who pays the refunds?"].map((message) =>
        server.call("POST", "/v1/chat", { message }),
      ),
    );
    expect(racing.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 429]);
    const answered = racing.findIndex(({ status }) => status === 200);
    const message = ["When are refunds paid?", "Who pays the refunds?"][answered];
    const hit = await server.call("POST", "/v1/chat", { message });
    expect(hit.json.cache.status).toBe("hit");
    const stream = { message: "How are refunds paid out then?", stream: true };
    for (const body of [{ message: "Where are refunds paid?" }, stream]) {
      const refused = await server.call("POST", "/v1/chat", body);
      expect(refused.status).toBe(429);
      expect(refused.json.error.code).toBe("budget_exceeded");
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    }
    expect(model.calls).toHaveLength(1);
  });

  it("is refused in the same form by every API, once it is spent", async () => {
    const { server, model } = await startPriced({ DAILY_BUDGET_USD: "0.0002" });
    onTestFinished(() => server.close());
    expect((await server.call("POST", "/v1/chat", { message: "Who?" })).status).toBe(200);
    const message = "When are refunds paid?";
    const messages = [{ role: "user", content: message }];
    const parts = [{ type: "text", text: message }];
    const requests: readonly (readonly [string, object])[] = [
      ["/v1/chat", { message }],
      ["/v1/chat/completions", { model: "reprise", messages }],
      ["/v1/responses", { model: "reprise", input: message }],
      ["/v1/ui/chat", { id: "c2", messages: [{ id: "m1", role: "user", parts }] }],
      ["/v1/embeddings", { model: "reprise", input: message }],
    ];
    for (const [path, body] of requests) {
      // The last two have one form only.
      const isFixed = path === "/v1/ui/chat" || path === "/v1/embeddings";
      for (const stream of isFixed ? [false] : [false, true]) {
        const refused = await server.call("POST", path, { ...body, ...(stream && { stream }) });
        expect({ path, stream, status: refused.status }).toEqual({ path, stream, status: 429 });
        expect(refused.headers.get("content-type")).toMatch(/^application\/json/);
        expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
        const seconds = Number(refused.headers.get("retry-after"));
        expect(refused.json).toEqual({
          error: {
            message: expect.stringContaining("budget"),
            type: "rate_limit_error",
            code: "budget_exceeded",
            param: null,
            request_id: refused.headers.get("x-request-id"),
            retry_after_seconds: seconds,
          },
        });
      }
    }
    const told = await askBy("WebSocket", server, message);
    expect(told).toMatchObject({ code: "budget_exceeded", streamed: "" });
    expect(Number(told.retryAfter)).toBeGreaterThan(0);
    expect(model.calls).toHaveLength(1);
  });

  it("rewrites no follow-up either, once it is spent", async () => {
    const usage = { input_tokens: 812, output_tokens: 164, total_tokens: 976 };
    const model = scriptedModel(() => ({ text: "Within 30 days.", usage }), { id: "gpt-4o-mini" });
    const server = await startService({ DAILY_BUDGET_USD: "0.0002" }, { model });
    onTestFinished(() => server.close());
    const conversation = { conversation_id: "c1" };
    const asked = { message: "When are refunds paid?", ...conversation };
    expect((await server.call("POST", "/v1/chat", asked)).status).toBe(200);
    expect(model.calls).toHaveLength(1);
    const followUp = { message: "And what about those?", ...conversation };
    const refused = await server.call("POST", "/v1/chat", followUp);
    expect(refused.json.error.code).toBe("budget_exceeded");
    expect(model.calls).toHaveLength(1);
  });
});

describe("Idempotency-Key", () => {
  const key = { "idempotency-key": "order-1" };

  it("gives the same reply for the same request: one turn, one charge", async () => {
    const { server, model } = await startPriced();
    onTestFinished(() => server.close());
    const body = { message: "Hello there?", conversation_id: "c1" };
    const all = await Promise.all(
      Array.from({ length: 4 }, () => server.call("POST", "/v1/chat", body, key)),
    );
    const again = await server.call("POST", "/v1/chat", body, key);
    for (const reply of [...all, again]) expect(reply.json).toEqual(all[0]?.json);
    expect(model.calls).toHaveLength(1);
    const { json } = await server.call("GET", "/v1/conversations/c1");
    expect(json.transcript).toHaveLength(2);
    expect((await server.call("GET", "/v1/conversations/c1/usage")).json.requests).toBe(1);
    const stream = await server.call("POST", "/v1/chat", { ...body, stream: true }, key);
    expect(stream.status).toBe(409);
  });

  it("streams a reply again with the same grammar", async () => {
    const { server, model } = await startPriced();
    onTestFinished(() => server.close());
    const body = { message: "Hello there?", stream: true };
    const first = await server.call("POST", "/v1/chat", body, key);
    await expect
      .poll(async () => {
        const again = await server.call("POST", "/v1/chat", body, key);
        return again.headers.get("idempotent-replayed");
      })
      .toBe("true");
    const again = await server.call("POST", "/v1/chat", body, key);
    const last = (text: string) =>
      JSON.parse(text.trim().split("\n\n").at(-1)?.split("data: ")[1] ?? "");
    expect(last(again.text)).toEqual(last(first.text));
    const names = [...again.text.matchAll(/^event: (\S+)/gm)].map(([, name]) => name);
    expect(names).toEqual(["answer-start", "answer-delta", "citations", "answer-end"]);
    expect(model.calls).toHaveLength(1);
  });

  it("refuses another body, takes a failed request again, and forgets what is erased", async () => {
    let fails = true;
    const model = scriptedModel(() => ({
      text: "Yes.",
      ...(fails && { error: new Error("down") }),
    }));
    const server = await startService({}, { model });
    onTestFinished(() => server.close());
    const body = { message: "Hello there?", conversation_id: "c1" };
    expect((await server.call("POST", "/v1/chat", body, key)).status).toBe(502);
    fails = false;
    await expect
      .poll(async () => (await server.call("POST", "/v1/chat", body, key)).status)
      .toBe(200);
    const other = await server.call("POST", "/v1/chat", { message: "Other?" }, key);
    expect(other.status).toBe(409);
    expect(other.json.error.code).toBe("conflict");
    const bad = await server.call("POST", "/v1/chat", body, { "idempotency-key": "a b" });
    expect(bad.json.error.param).toBe("Idempotency-Key");
    await expect
      .poll(async () =>
        (await server.call("POST", "/v1/chat", body, key)).headers.get("idempotent-replayed"),
      )
      .toBe("true");
    await server.call("DELETE", "/v1/conversations/c1");
    const after = await server.call("POST", "/v1/chat", body, key);
    expect(after.headers.get("idempotent-replayed")).toBeNull();
  });
});

describe("an idempotency key whose replica stands still", () => {
  it("is taken over by another replica, whose reply stays; the first answer is stopped", async () => {
    const folder = await mkdtemp(join(tmpdir(), "reprise-keys-"));
    let goOn = () => {};
    const stands = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let stopped: AbortSignal | undefined;
    const slow = scriptedModel(() => ({
      text: "Late answer.",
      onSignal: (signal) => {
        stopped = signal;
      },
      beforeWord: (index) => (index === 0 ? Promise.resolve() : stands),
    }));
    const quick = scriptedModel(() => ({ text: "Yes." }));
    const first = await startService({ DATA_DIR: folder }, { model: slow });
    onTestFinished(() => first.close());
    const other = await startService({ DATA_DIR: folder }, { model: quick });
    onTestFinished(() => other.close());
    const records = await openDatabase(folder);
    onTestFinished(() => records.destroy());
    const key = { "idempotency-key": "order-1" };
    const ask = (server: typeof first) =>
      server.call("POST", "/v1/chat", { message: "Hello there?" }, key);

    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    onTestFinished(() => void vi.useRealTimers());
    const late = ask(first);
    await expect.poll(() => slow.calls.length).toBe(1);
    const leases = () =>
      records.selectFrom("idempotency_keys").select("expires_at").executeTakeFirstOrThrow();
    await records.updateTable("idempotency_keys").set({ expires_at: 1 }).execute();
    vi.advanceTimersByTime(10_000);
    await expect.poll(async () => (await leases()).expires_at).toBeGreaterThan(1);

    await records.updateTable("idempotency_keys").set({ expires_at: 1 }).execute();
    const taken = await ask(other);
    expect(taken.json.answer).toBe("Yes.");
    vi.advanceTimersByTime(10_000);
    await expect.poll(() => stopped?.aborted).toBe(true);
    goOn();
    expect((await late).json.finish_reason).toBe("stopped");
    for (const server of [first, other]) {
      const again = await ask(server);
      expect(again.headers.get("idempotent-replayed")).toBe("true");
      expect(again.json).toEqual(taken.json);
    }
    expect([slow.calls.length, quick.calls.length]).toEqual([1, 1]);
  });
});
