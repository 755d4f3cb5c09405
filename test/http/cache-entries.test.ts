import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { scriptedModel } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";

const HELP = `To reset your password open Settings and press Reset password.

Refunds are paid within 30 days of purchase to the card that was used.`;
const PATH = "/v1/cache/entries";
const ASKED = "How do I reset my password?";
const LINES = { "content-type": "application/x-ndjson" };

const model = scriptedModel(() => ({ text: "It is so. [1]" }));
let server: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  server = await startService({ CACHE_THRESHOLD: "0.9" }, { model });
  await putHelp(HELP);
});
afterAll(() => server.close());
beforeEach(() => server.call("DELETE", `${PATH}?all=true`));

const putHelp = (text: string) => server.call("PUT", "/v1/documents/help", { title: "Help", text });

async function ask(message: string, more: object = {}, headers: Record<string, string> = {}) {
  const reply = await server.call("POST", "/v1/chat", { message, ...more }, headers);
  expect(reply.status, reply.text).toBe(200);
  return reply.json;
}

async function list(query = "") {
  const reply = await server.call("GET", `${PATH}${query}`);
  expect(reply.status, reply.text).toBe(200);
  return reply.json;
}

describe("stored answers", () => {
  it("are listed with all that is known of them, found by words, and removed one by one", async () => {
    const { conversation_id } = await ask(ASKED);
    const { entries, next_cursor } = await list();
    expect(next_cursor).toBeNull();
    expect(entries).toEqual([
      expect.objectContaining({
        question: ASKED,
        answer: "It is so. [1]",
        state: "served",
        origin: "generated",
        pinned: false,
        conditions: {},
        documents: ["help"],
        conversation_id,
      }),
    ]);
    const [{ id }] = entries;
    for (const query of [
      "?query=passwords",
      "?document_id=help",
      `?conversation_id=${conversation_id}`,
    ]) {
      expect((await list(query)).entries).toHaveLength(1);
    }
    for (const query of ["?query=refund", "?document_id=hel", "?query="]) {
      expect((await list(query)).entries).toEqual([]);
    }
    expect((await server.call("GET", `${PATH}/${id}`)).json).toEqual(entries[0]);
    const gone = await server.call("DELETE", `${PATH}/${id}`);
    expect(gone.json).toEqual({ id, deleted: true });
    for (const method of ["GET", "DELETE"]) {
      expect((await server.call(method, `${PATH}/${id}`)).json.error.code).toBe("not_found");
    }
    expect((await ask(ASKED)).cache.status).toBe("miss");
  });

  it("tell how often they were served", async () => {
    const { cache, id } = await ask(ASKED);
    expect(cache.status).toBe("miss");
    expect((await list()).entries[0]).toMatchObject({ hits: 0, last_hit_at: null });
    await ask(ASKED.toUpperCase());
    await ask(ASKED);
    const [entry] = (await list()).entries;
    expect(entry.hits).toBe(2);
    expect(Date.parse(entry.last_hit_at)).toBeGreaterThan(Date.parse(entry.created_at) - 1);
    expect(id).toMatch(/^msg_/);
  });

  it("keep the citations that other words in their place name", async () => {
    const { citations } = await ask(ASKED);
    expect(citations).toEqual([expect.objectContaining({ number: 1, document_id: "help" })]);
    const [{ id }] = (await list()).entries;
    const answer = "In Settings [1], nowhere else [2].";
    const { json } = await server.call("PATCH", `${PATH}/${id}`, { answer });
    expect(json.citations).toEqual([expect.objectContaining({ number: 1, document_id: "help" })]);
  });

  it.each([
    ["Where is my parcel?", "about-oneself"],
    ["Hi!", "small-talk"],
    ["And how much does it cost?", "follow-up-not-resolved"],
  ])("are refused where they would never be served: %s", async (question, reason) => {
    const { status, json } = await server.call("POST", PATH, { question, answer: "So." });
    expect([status, json.error.param]).toEqual([400, "question"]);
    expect(json.error.message).toContain(reason);
    expect((await list()).entries).toEqual([]);
  });

  it("need a time of their own where the policy keeps none", async () => {
    await server.call("PUT", "/v1/cache/policy", { ttl_seconds: 0 });
    const given = { question: "Are you open on Sundays?", answer: "No." };
    expect((await server.call("POST", PATH, given)).json.error.param).toBe("ttl_seconds");
    expect((await server.call("POST", PATH, { ...given, ttl_seconds: 60 })).status).toBe(201);
    await server.call("PUT", "/v1/cache/policy", { ttl_seconds: 86_400 });
  });

  it("are given other words and a pin in their place, and still go with their document", async () => {
    await ask(ASKED);
    const [{ id, usage, expires_at }] = (await list()).entries;
    const edit = (body: object) => server.call("PATCH", `${PATH}/${id}`, body);
    const reworded = await edit({ answer: "Press Reset password in Settings." });
    expect(reworded.json).toMatchObject({
      id,
      origin: "curated",
      pinned: false,
      usage,
      expires_at,
      citations: [],
    });
    const pinned = await edit({ pinned: true });
    const days = (Date.parse(pinned.json.expires_at) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(360);
    expect(pinned.json).toMatchObject({ pinned: true, documents: ["help"] });
    const again = await ask(ASKED);
    expect(again.answer).toBe("Press Reset password in Settings.");
    expect(again.cache).toMatchObject({ status: "hit", tier: "exact", entry_id: id });
    const unpinned = await edit({ pinned: false });
    expect(Date.parse(unpinned.json.expires_at)).toBeLessThan(Date.now() + 86_400_001);
    expect((await edit({ answer: "" })).json.error.param).toBe("answer");
    expect((await edit({ question: "Other?" })).status).toBe(400);
    expect((await server.call("PATCH", `${PATH}/ans_none`, {})).status).toBe(404);
    await putHelp(`${HELP} More.`);
    expect((await list()).entries).toEqual([]);
    await putHelp(HELP);
  });

  it("are removed by document, by conversation or all, after a count where that is wanted", async () => {
    const selectors = async () => {
      const { conversation_id } = await ask(ASKED);
      return ["document_id=help", `conversation_id=${conversation_id}`, "all=true"];
    };
    for (const [index] of ["document", "conversation", "all"].entries()) {
      const selector = (await selectors())[index];
      const dry = await server.call("DELETE", `${PATH}?${selector}&dry_run=true`);
      expect(dry.json).toEqual({ removed: 1, dry_run: true });
      const real = await server.call("DELETE", `${PATH}?${selector}`);
      expect(real.json).toEqual({ removed: 1, dry_run: false });
      expect((await list()).entries).toEqual([]);
    }
  });

  it("are not removed by a slip", async () => {
    await ask(ASKED);
    const slips: [string, string][] = [
      ["", "all"],
      ["?dry_run=true", "all"],
      ["?all=false", "all"],
      ["?all=true&all=true", "all"],
      ["?all=true&document_id=help", "all"],
      ["?document_id=help&conversation_id=c", "conversation_id"],
      ["?document_id=", "document_id"],
      ["?documentid=help", "documentid"],
      ["?all=true&dry_run=yes", "dry_run"],
    ];
    for (const [query, param] of slips) {
      const { status, json } = await server.call("DELETE", `${PATH}${query}`);
      expect([query, status, json.error.param]).toEqual([query, 400, param]);
    }
    expect((await list()).entries).toHaveLength(1);
    const wrong: [string, string][] = [
      ["?limit=0", "limit"],
      ["?cursor=x", "cursor"],
      ["?query=a&query=b", "query"],
      ["?document_id=", "document_id"],
      ["?conversation_id=", "conversation_id"],
    ];
    for (const [query, param] of wrong) {
      const { status, json } = await server.call("GET", `${PATH}${query}`);
      expect([query, status, json.error.param]).toEqual([query, 400, param]);
    }
  });
});

describe("a person's answer", () => {
  const given = { question: "Where is the lighthouse?", answer: "On the north pier." };

  it("is served like any other, and lives as long as it is told to", async () => {
    const { status, json } = await server.call("POST", PATH, { ...given, ttl_seconds: 600 });
    expect(status).toBe(201);
    expect(json).toMatchObject({ ...given, origin: "curated", pinned: false, state: "served" });
    expect(Date.parse(json.expires_at) - Date.parse(json.created_at)).toBe(600_000);
    const calls = model.calls.length;
    const { cache, answer, saved } = await ask("where is the LIGHTHOUSE");
    expect({ answer, tier: cache.tier, id: cache.entry_id }).toEqual({
      answer: given.answer,
      tier: "exact",
      id: json.id,
    });
    expect(saved.total_tokens).toBe(0);
    expect(model.calls).toHaveLength(calls);
  });

  it("stays when it is pinned and its question is answered anew, in quarantine too", async () => {
    const pinned = { ...given, question: ASKED, documents: ["help"], pinned: true };
    const { json } = await server.call("POST", PATH, pinned);
    const fresh = await ask(ASKED, { cache: { mode: "refresh" } });
    expect([fresh.answer, fresh.cache.status]).toEqual(["It is so. [1]", "refresh"]);
    expect(await ask(ASKED)).toMatchObject({ answer: given.answer, cache: { tier: "exact" } });
    const down = await server.call("POST", `/v1/messages/${(await ask(ASKED)).id}/feedback`, {
      rating: "down",
    });
    expect(down.json.quarantined).toBe(true);
    expect((await ask(ASKED)).cache.status).toBe("miss");
    const kept = await server.call("GET", `${PATH}/${json.id}`);
    expect(kept.json).toMatchObject({ ...given, question: ASKED, origin: "curated", pinned: true });
    await server.call("POST", `${PATH}/${json.id}/release`);
    expect((await ask(ASKED)).answer).toBe(given.answer);
  });

  it("gives way to a new first passage unless it is pinned, and to its own document always", async () => {
    const news = {
      title: given.question,
      text: `${given.question} It was moved to the south pier.`,
    };
    const named = { ...given, documents: ["help"] };
    for (const pinned of [false, true]) {
      const stored = await server.call("POST", PATH, { ...named, pinned });
      expect(stored.json.documents).toEqual(["help"]);
      await server.call("PUT", "/v1/documents/news", news);
      expect((await ask(given.question)).cache.status).toBe(pinned ? "hit" : "miss");
      await server.call("DELETE", "/v1/documents/news");
      await server.call("DELETE", `${PATH}?all=true`);
    }
    const { json } = await server.call("POST", PATH, { ...named, pinned: true });
    const days = (Date.parse(json.expires_at) - Date.parse(json.created_at)) / 86_400_000;
    expect(days).toBe(365);
    await putHelp(`${HELP}\n\nClosed on Mondays.`);
    expect((await ask(given.question)).cache.status).toBe("miss");
    await putHelp(HELP);
  });

  it("that is wrong is refused, and the field is named", async () => {
    const wrong: [object, string][] = [
      [{ answer: "a" }, "question"],
      [{ question: " ", answer: "a" }, "question"],
      [{ question: "a", answer: "" }, "answer"],
      [{ question: "a", answer: "a\0" }, "answer"],
      [{ ...given, pinned: "yes" }, "pinned"],
      [{ ...given, ttl_seconds: 0 }, "ttl_seconds"],
      [{ ...given, ttl_seconds: 32_000_000 }, "ttl_seconds"],
      [{ ...given, documents: ["help", "none"] }, "documents[1]"],
      [{ ...given, author: "me" }, "author"],
      [{ ...given, expires_at: "2020-01-01T00:00:00Z" }, "expires_at"],
      [{ ...given, created_at: "yesterday" }, "created_at"],
      [{ ...given, evidence: [{ document_id: "help", passage_id: "psg_x" }] }, "evidence[0]"],
    ];
    for (const [body, param] of wrong) {
      const { status, json } = await server.call("POST", PATH, body);
      expect([status, json.error.param]).toEqual([400, param]);
      expect(Object.keys(json.error.details[0])).toEqual(["param", "message"]);
    }
    expect((await list()).entries).toEqual([]);
  });
});

describe("an export", () => {
  it("is imported again as it was, whatever it was asked under", async () => {
    await ask(ASKED);
    await ask("When are refunds paid?", { documents: ["help"], locale: "de" });
    await server.call("POST", PATH, { question: "Who founded Acme?", answer: "Me.", pinned: true });
    const before = await server.call("GET", `${PATH}/export`);
    expect(before.headers.get("content-type")).toContain("application/x-ndjson");
    expect(before.text.trimEnd().split("\n")).toHaveLength(3);
    await server.call("DELETE", `${PATH}?all=true`);
    const imported = await server.call("POST", PATH, `\n${before.text}\r\n`, LINES);
    expect(imported.json).toEqual({ stored: 3, refused: [] });
    const after = await server.call("GET", `${PATH}/export`);
    expect(after.text).toBe(before.text.replaceAll('"generated"', '"imported"'));
    const calls = model.calls.length;
    expect((await ask(ASKED)).cache.tier).toBe("exact");
    const { cache } = await ask("When are refunds paid?", { documents: ["help"], locale: "de" });
    expect(cache.tier).toBe("exact");
    expect(model.calls).toHaveLength(calls);
    expect((await ask("When are refunds paid?")).cache.tier).not.toBe("exact");
  });

  it("with wrong lines is refused whole, and lines and fields are named", async () => {
    const good = JSON.stringify({ question: "Good?", answer: "Good." });
    const wrong = [good, "{", "", '{"question":"a"}', '{"question":"b","answer":"b","x":1}'];
    const { status, json } = await server.call("POST", PATH, wrong.join("\n"), LINES);
    expect([status, json.error.param]).toEqual([400, "line 2"]);
    const params = json.error.details.map(({ param }: { param: string }) => param);
    expect(params).toEqual(["line 2", "line 4: answer", "line 5: x"]);
    expect((await list()).entries).toEqual([]);
    for (const body of ["", "\n\n"]) {
      expect((await server.call("POST", PATH, body, LINES)).status).toBe(400);
    }
  });

  it("leaves out the lines that are not true any more, and says which", async () => {
    await ask(ASKED);
    const { text } = await server.call("GET", `${PATH}/export`);
    await putHelp("Everything is different now.");
    const { json } = await server.call("POST", PATH, text, LINES);
    expect(json).toMatchObject({
      stored: 0,
      refused: [{ line: 1, param: "line 1: citations[0]" }],
    });
    await putHelp(HELP);
  });
});
