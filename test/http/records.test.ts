import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { defer } from "../support/defer.ts";
import { ANSWER_COST, startPriced } from "../support/priced-service.ts";
import { scriptedModel } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";

type Server = Awaited<ReturnType<typeof startPriced>>["server"];

async function chat(server: Server, message: string, more: object = {}) {
  const reply = await server.call("POST", "/v1/chat", { message, ...more });
  expect(reply.status, reply.text).toBe(200);
  return reply.json;
}

describe("records over HTTP", () => {
  let server: Server;
  let id: string;

  beforeAll(async () => {
    ({ server } = await startPriced());
    await server.call("POST", "/v1/documents", {
      title: "Help",
      text: "Refunds are paid within 30 days of purchase.",
    });
    const first = await chat(server, "When are refunds paid?", { user_id: "ann" });
    id = first.conversation_id;
    await chat(server, "when are REFUNDS paid", { conversation_id: id });
    await chat(server, "Are refunds paid at all?", { cache: { mode: "bypass" } });
  });
  afterAll(() => server.close());

  it("lists conversations newest first, page by page, and finds words and users", async () => {
    const { json } = await server.call("GET", "/v1/conversations?limit=1");
    expect(json.conversations).toHaveLength(1);
    expect(json.conversations[0]).toMatchObject({ title: "Are refunds paid at all?", messages: 2 });
    const next = await server.call("GET", `/v1/conversations?limit=1&cursor=${json.next_cursor}`);
    expect(next.json).toMatchObject({
      conversations: [{ id, title: "When are refunds paid?", user_id: "ann", messages: 4 }],
      next_cursor: null,
    });
    const found = await server.call("GET", "/v1/conversations?query=at%20all");
    expect(found.json.conversations).toHaveLength(1);
    const own = await server.call("GET", "/v1/conversations?user_id=ann");
    expect(own.json.conversations.map((row: { id: string }) => row.id)).toEqual([id]);
    const wrong = await server.call("GET", "/v1/conversations?cursor=nothing");
    expect(wrong.json.error).toMatchObject({ code: "invalid_request", param: "cursor" });
  });

  it("has window and transcript of a conversation", async () => {
    const { json } = await server.call("GET", `/v1/conversations/${id}`);
    const contents = json.transcript.map((message: { content: string }) => message.content);
    expect(contents).toEqual(json.window.map((message: { content: string }) => message.content));
    expect(json.transcript[1]).toMatchObject({
      role: "assistant",
      model: "gpt-4o-mini",
      cache: { status: "miss", tier: null },
      finish_reason: "stop",
      citations: [{ title: "Help" }],
    });
    expect(json.transcript[3].cache).toEqual({ status: "hit", tier: "exact" });
  });

  it("says what a conversation used, cost and saved", async () => {
    const { json } = await server.call("GET", `/v1/conversations/${id}/usage`);
    expect(json).toMatchObject({
      requests: 2,
      hits: { exact: 1, semantic: 0, verified: 0 },
      misses: 1,
      hit_rate: 0.5,
      usage: { prompt_tokens: 812, completion_tokens: 164, total_tokens: 976 },
      cost: { total: ANSWER_COST, saved: ANSWER_COST, net_saved: ANSWER_COST, priced: true },
      saved: { prompt_tokens: 812, completion_tokens: 164, total_tokens: 976 },
    });
    const { transcript } = (await server.call("GET", `/v1/conversations/${id}`)).json;
    expect(json.answers).toMatchObject([
      { id: transcript[1].id, cache: { status: "miss", tier: null }, cost: { total: ANSWER_COST } },
      {
        id: transcript[3].id,
        cache: { status: "hit", tier: "exact" },
        cost: { saved: ANSWER_COST },
      },
    ]);
    const none = await server.call("GET", "/v1/conversations/unknown/usage");
    expect(none.status).toBe(404);
  });

  it("exports a conversation as JSON and as Markdown", async () => {
    const json = await server.call("GET", `/v1/conversations/${id}/export`);
    expect(json.headers.get("content-disposition")).toContain(`${id}.json`);
    expect(json.json.transcript).toHaveLength(4);
    const markdown = await server.call("GET", `/v1/conversations/${id}/export?format=markdown`);
    expect(markdown.headers.get("content-type")).toBe("text/markdown; charset=utf-8");
    expect(markdown.text).toMatch(/^# When are refunds paid\?\n/);
    expect(markdown.text).toContain("Within 30 days [1].\n\nSources: Help");
  });

  it("forks a conversation with a window of its own, and counts nothing for it", async () => {
    const whole = await server.call("GET", `/v1/conversations/${id}`);
    const body = { message_id: whole.json.transcript[1].id };
    const fork = await server.call("POST", `/v1/conversations/${id}/fork`, body);
    expect(fork.status).toBe(201);
    expect(fork.json).toMatchObject({ forked_from: id, messages: 2 });
    const copy = await server.call("GET", `/v1/conversations/${fork.json.id}`);
    expect(copy.json.window).toEqual(whole.json.window.slice(0, 2));
    const usage = await server.call("GET", `/v1/conversations/${fork.json.id}/usage`);
    expect(usage.status).toBe(200);
    expect(usage.json).toMatchObject({
      requests: 0,
      hits: { exact: 0, semantic: 0, verified: 0 },
      misses: 0,
      hit_rate: 0,
      cost: { total: "0.000000000", priced: true },
      answers: [],
    });
    const none = await server.call("POST", `/v1/conversations/${id}/fork`, { message_id: "msg_x" });
    expect(none.status).toBe(404);
    expect((await server.call("POST", "/v1/conversations/none/fork", {})).status).toBe(404);
  });

  it("reports costs in three formats, whose figures are the same", async () => {
    for (const by of ["hour", "day", "model", "conversation", "user", "tenant"]) {
      const { json } = await server.call("GET", `/v1/reports/costs?group_by=${by}`);
      const requests = json.rows.map((row: { requests: number }) => row.requests);
      expect(requests.reduce((sum: number, count: number) => sum + count, 0)).toBe(3);
      const lines = await server.call("GET", `/v1/reports/costs?group_by=${by}&format=ndjson`);
      expect(
        lines.text
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line)),
      ).toEqual(json.rows);
      const csv = await server.call("GET", `/v1/reports/costs?group_by=${by}&format=csv`);
      expect(csv.text.trim().split("\r\n")).toHaveLength(json.rows.length + 1);
    }
    const users = await server.call("GET", "/v1/reports/costs?group_by=user");
    expect(users.json.rows.map((row: { user_id: string }) => row.user_id)).toEqual([null, "ann"]);
  });

  it("gives the ledger line by line, without a word of what was said", async () => {
    const { headers, text } = await server.call("GET", "/v1/reports/usage.ndjson");
    expect(headers.get("content-type")).toContain("application/x-ndjson");
    const rows = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatchObject({
      conversation_id: id,
      user_id: "ann",
      cache: { status: "miss", tier: null },
      usage: { model: "gpt-4o-mini", total_tokens: 976 },
      cost: { currency: "USD", total: ANSWER_COST, priced: true },
    });
    expect(text).not.toMatch(/refunds|Within/i);
  });

  it("takes days and times for its range, and says what is wrong with others", async () => {
    const rowsOf = async (query: string) =>
      (await server.call("GET", `/v1/reports/costs?${query}`)).json.rows.length;
    const today = new Date().toISOString().slice(0, 10);
    expect(await rowsOf(`from=${today}&to=${today}`)).toBe(1);
    expect(await rowsOf("to=2020-01-01")).toBe(0);
    expect(await rowsOf("from=2020-01-01T00:00:00Z&time_zone=Asia/Kolkata")).toBe(1);
    for (const [query, param] of [
      ["from=yesterday", "from"],
      ["from=2026-02-30", "from"],
      ["from=2026-02-02&to=2026-02-01", "to"],
      ["time_zone=Mars", "time_zone"],
      ["group_by=week", "group_by"],
      ["format=xml", "format"],
    ]) {
      const { status, json } = await server.call("GET", `/v1/reports/costs?${query}`);
      expect(status, query).toBe(400);
      expect(json.error.param).toBe(param);
    }
  });

  it("needs the scope admin for reports, and shows no other tenant's", async () => {
    const key = (name: string, scopes: string) =>
      `${name}:${name}:${scopes}:${createHash("sha256").update(`secret-${name}`).digest("hex")}`;
    const { server: keyed } = await startPriced({
      API_KEYS: [key("acme", "chat"), key("globex", "chat+admin")].join(","),
    });
    onTestFinished(() => keyed.close());
    const as = (name: string) => ({ authorization: `Bearer secret-${name}` });
    const said = await keyed.call("POST", "/v1/chat", { message: "Hello there?" }, as("acme"));
    for (const path of ["/v1/reports/costs", "/v1/reports/usage.ndjson"]) {
      expect((await keyed.call("GET", path, undefined, as("acme"))).status).toBe(403);
    }
    const costs = await keyed.call("GET", "/v1/reports/costs", undefined, as("globex"));
    expect(costs.json.rows).toEqual([]);
    const path = `/v1/conversations/${said.json.conversation_id}`;
    for (const more of ["", "/usage", "/export"]) {
      expect((await keyed.call("GET", path + more, undefined, as("globex"))).status).toBe(404);
      expect((await keyed.call("GET", path + more, undefined, as("acme"))).status).toBe(200);
    }
    expect((await keyed.call("DELETE", path, undefined, as("globex"))).status).toBe(404);
  });

  it("erases window and transcript, and keeps the sums", async () => {
    const said = await chat(server, "Is this to be erased?");
    const path = `/v1/conversations/${said.conversation_id}`;
    const before = await server.call("GET", "/v1/reports/costs?group_by=conversation");
    expect((await server.call("DELETE", path)).json).toMatchObject({ deleted: true });
    expect((await server.call("DELETE", path)).status).toBe(404);
    for (const more of ["", "/export"]) {
      expect((await server.call("GET", path + more)).status).toBe(404);
    }
    const found = await server.call("GET", "/v1/conversations?query=to%20be%20erased");
    expect(found.json.conversations).toEqual([]);
    const after = await server.call("GET", "/v1/reports/costs?group_by=conversation");
    expect(after.json).toEqual(before.json);
    expect((await server.call("GET", `/v1/messages/${said.id}/stream`)).status).toBe(204);
    await chat(server, "Is it open again?", { conversation_id: said.conversation_id });
    expect((await server.call("GET", path)).json.transcript).toHaveLength(2);
  });

  it("erases what is being said too, and keeps what it cost", async () => {
    const gate = defer();
    const model = scriptedModel(() => ({
      text: "Refunds are slow. [1]",
      beforeWord: (index) => (index === 0 ? Promise.resolve() : gate.promise),
    }));
    const erasing = await startService({}, { model });
    onTestFinished(() => erasing.close());
    const text = "Refunds are paid within 30 days of purchase.";
    await erasing.call("POST", "/v1/documents", { title: "Help", text });
    const body = { message: "When are refunds paid?", conversation_id: "c1" };
    const asking = erasing.call("POST", "/v1/chat", body);
    await expect.poll(() => model.calls.length).toBe(1);
    const deleted = await erasing.call("DELETE", "/v1/conversations/c1");
    expect(deleted.json).toMatchObject({ id: "c1", deleted: true });
    gate.resolve();
    const asked = await asking;
    expect([asked.status, asked.json.error.code]).toEqual([409, "stopped"]);
    for (const more of ["", "/export"]) {
      expect((await erasing.call("GET", `/v1/conversations/c1${more}`)).status).toBe(404);
    }
    expect((await erasing.call("GET", "/v1/cache/entries")).json.entries).toEqual([]);
    const { text: ledger } = await erasing.call("GET", "/v1/reports/usage.ndjson");
    expect(JSON.parse(ledger)).toMatchObject({ conversation_id: "c1" });
    const again = await erasing.call("POST", "/v1/chat", body);
    expect(again.json.cache.status).toBe("miss");
  });
});

describe("CSV", () => {
  it("marks what a spreadsheet would run", async () => {
    const { server } = await startPriced();
    onTestFinished(() => server.close());
    await chat(server, "Hello there?", { conversation_id: "-1-cmd" });
    const { text } = await server.call("GET", "/v1/reports/costs?group_by=conversation&format=csv");
    expect(text).toContain("\r\n'-1-cmd,1,");
  });
});

describe("profiles over HTTP", () => {
  it("are put, changed, read and forgotten", async () => {
    const { server } = await startPriced();
    onTestFinished(() => server.close());
    const path = "/v1/users/ann/profile";
    expect((await server.call("GET", path)).status).toBe(404);
    expect((await server.call("PUT", path, { name: "Ann", plan: "gold" })).status).toBe(200);
    const changed = await server.call("PATCH", path, { plan: "silver", name: null, seats: 3 });
    expect(changed.json).toEqual({ plan: "silver", seats: 3 });
    expect((await server.call("GET", path)).json).toEqual({ plan: "silver", seats: 3 });
    for (const [body, param] of [
      [{ plan: { nested: true } }, "plan"],
      [{ plan: ["a"] }, "plan"],
      [{ plan: "x".repeat(1_001) }, "plan"],
      [[], ""],
    ] as const) {
      const { status, json } = await server.call("PUT", path, body);
      expect(status).toBe(400);
      expect(json.error.param ?? "").toBe(param);
    }
    const fields = Array.from({ length: 51 }, (_value, index) => [`f${index}`, index]);
    expect((await server.call("PATCH", path, Object.fromEntries(fields))).status).toBe(400);
    expect((await server.call("GET", path)).json).toEqual({ plan: "silver", seats: 3 });
    expect((await server.call("DELETE", path)).json.deleted).toBe(true);
    expect((await server.call("GET", path)).status).toBe(404);
  });

  it("are in the prompt of their user only, and in the scope of the answer", async () => {
    const { server, model } = await startPriced();
    onTestFinished(() => server.close());
    await server.call("POST", "/v1/documents", {
      title: "Help",
      text: "Refunds are paid within 30 days of purchase.",
    });
    await server.call("PUT", "/v1/users/ann/profile", { plan: "gold" });
    const ask = async (more: object) => (await chat(server, "When are refunds paid?", more)).cache;
    expect((await ask({})).status).toBe("miss");
    expect((await ask({ user_id: "ann" })).status).toBe("miss");
    expect(JSON.stringify(model.calls.at(-1))).toContain("gold");
    expect((await ask({ user_id: "ann" })).status).toBe("hit");
    expect((await ask({ user_id: "bob" })).status).toBe("hit");
    await server.call("PATCH", "/v1/users/ann/profile", { plan: "silver" });
    expect((await ask({ user_id: "ann" })).status).toBe("miss");
    await server.call("PATCH", "/v1/users/ann/profile", { plan: "gold" });
    expect((await ask({ user_id: "ann" })).status).toBe("hit");
  });
});
