import { describe, expect, it, onTestFinished } from "vitest";
import { sharedRedisUrl } from "../support/redis.ts";
import { scriptedModel } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";
import { headersOf, keyEntry, TOKEN_SECRET } from "../support/user-tokens.ts";

const PUBLIC = { title: "Refunds", text: "Refunds of the shop are paid within 30 days." };
const SECRET = {
  title: "Margins",
  text: "The margin of the shop is 41 percent.",
  groups: ["board"],
};
const ASKED = "What is the margin of the shop?";

const BOARD = { sub: "ann", groups: ["board", "staff"] };
const STAFF = { sub: "ben", groups: ["staff"] };

/** A service with a document for everybody and one for the board; its model quotes all that it is shown. */
async function open(environment: Record<string, string> = {}) {
  const model = scriptedModel((messages) => {
    const shown = messages.map(({ text }) => text).join("\n");
    return { text: shown.includes("41 percent") ? "It is 41 percent. [1]" : "That is open. [1]" };
  });
  const keys = [
    keyEntry("app", "acme", "chat"),
    keyEntry("support", "acme", "chat:all"),
    keyEntry("ops", "acme", "chat+admin"),
    keyEntry("boardroom", "acme", "chat", "board"),
  ];
  const given = { API_KEYS: keys.join(","), JWT_SECRET: TOKEN_SECRET, ...environment };
  const server = await startService(given, { model });
  onTestFinished(() => server.close());
  const as = async (
    who: Parameters<typeof headersOf>,
    method: string,
    path: string,
    body?: unknown,
  ) => server.call(method, path, body, await headersOf(...who));
  const ops = (method: string, path: string, body?: unknown) => as(["ops"], method, path, body);
  expect((await ops("PUT", "/v1/documents/refunds", PUBLIC)).status).toBe(201);
  expect((await ops("PUT", "/v1/documents/margins", SECRET)).status).toBe(201);
  const ask = async (who: Parameters<typeof headersOf>, more: object = {}) =>
    (await as(who, "POST", "/v1/chat", { message: ASKED, ...more })).json;
  return { server, as, ops, ask };
}

type Opened = Awaited<ReturnType<typeof open>>;
const cited = ({ citations }: { citations: { document_id: string }[] }) =>
  citations.map(({ document_id }) => document_id);

async function checkServing({ ask, ops }: Opened) {
  const first = await ask(["app", BOARD]);
  expect([first.cache.status, first.answer]).toEqual(["miss", "It is 41 percent. [1]"]);
  expect(await ask(["app", { sub: "cid", groups: ["board"] }])).toMatchObject({
    answer: first.answer,
    cache: { status: "hit", tier: "exact" },
  });
  expect((await ask(["boardroom"])).cache.status).toBe("hit");
  expect((await ask(["ops"])).answer).toBe(first.answer);

  const second = await ask(["app", STAFF], { debug: true });
  expect(second.cache).toMatchObject({
    status: "miss",
    similarity: null,
    matched_question: null,
    reasons: ["no-stored-answer"],
  });
  expect(JSON.stringify(second)).not.toMatch(/41 percent|margins/);
  // Each kind of readers has an answer of its own from now on.
  expect(await ask(["app", BOARD])).toMatchObject({
    answer: first.answer,
    cache: { status: "hit" },
  });
  expect(await ask(["app"])).toMatchObject({ answer: second.answer, cache: { status: "hit" } });

  expect((await ops("PUT", "/v1/documents/margins/groups", { groups: ["audit"] })).status).toBe(
    200,
  );
  const revoked = await ask(["app", BOARD]);
  expect(JSON.stringify(revoked)).not.toMatch(/41 percent|margins/);
  await ops("PUT", "/v1/documents/margins/groups", { groups: [] });
  expect(cited(await ask(["app", { sub: "dan" }]))).toEqual(["margins"]);
}

describe("documents for groups", () => {
  it("reach only their readers, by the model and from the cache, also after a change", async () => {
    await checkServing(await open());
  }, 60_000);

  it.skipIf(sharedRedisUrl === undefined)("likewise with the cache in Redis", async () => {
    await checkServing(await open({ REDIS_URL: sharedRedisUrl ?? "", REDIS_TIMEOUT_MS: "2000" }));
  });

  it("do not exist for others: not in lists, by id, by search or as a filter", async () => {
    const { as } = await open();
    const staff = (method: string, path: string, body?: unknown) =>
      as(["app", STAFF], method, path, body);
    const board = (path: string) => as(["app", BOARD], "GET", path);
    const { documents } = (await staff("GET", "/v1/documents?limit=1")).json;
    expect(documents.map(({ id }: { id: string }) => id)).toEqual(["refunds"]);
    expect((await staff("GET", "/v1/documents?query=margins")).json.documents).toEqual([]);
    expect((await board("/v1/documents?query=margins")).json.documents).toMatchObject([
      { id: "margins", groups: ["board"] },
    ]);
    for (const part of ["", "/text", "/passages", "/versions"]) {
      expect((await board(`/v1/documents/margins${part}`)).status).toBe(200);
      const reply = await staff("GET", `/v1/documents/margins${part}`);
      const missing = await staff("GET", `/v1/documents/nothing${part}`);
      expect([reply.status, reply.json.error.message]).toEqual([
        missing.status,
        missing.json.error.message.replace("nothing", "margins"),
      ]);
    }
    const { passages } = (await staff("POST", "/v1/search", { query: ASKED })).json;
    expect(passages.map(({ document_id: id }: { document_id: string }) => id)).toEqual(["refunds"]);
    const filtered = { message: ASKED, documents: ["margins"] };
    expect((await staff("POST", "/v1/chat", filtered)).status).toBe(400);
    expect((await as(["app", BOARD], "POST", "/v1/chat", filtered)).status).toBe(200);
  });

  it("are not told to those who see other people's conversations, unless they read all documents", async () => {
    const { as, ask, ops } = await open();
    await ask(["app", BOARD], { conversation_id: "talk" });
    for (const part of ["", "/export", "/usage"]) {
      expect((await as(["support"], "GET", `/v1/conversations/talk${part}`)).status).toBe(404);
    }
    expect((await as(["support"], "GET", "/v1/me")).json.scopes).toEqual(["chat"]);
    // A token without the scope admin does not lend its user what the key may read.
    expect((await as(["ops", STAFF], "GET", "/v1/cache/entries")).status).toBe(403);
    expect(JSON.stringify(await ask(["ops", STAFF]))).not.toMatch(/41 percent|margins/);
    const admin = { ...STAFF, scope: "chat admin" };
    expect((await as(["ops", admin], "GET", "/v1/conversations/talk")).status).toBe(200);
    await ops("PUT", "/v1/documents/margins/groups", { groups: [] });
    expect((await as(["support"], "GET", "/v1/conversations/talk")).status).toBe(200);
  });

  it("keep their groups when only their text changes, and lose them only by a list", async () => {
    const { as, ops, server } = await open();
    const { groups: _left, ...text } = SECRET;
    const groupsNow = async () => (await ops("GET", "/v1/documents/margins")).json.groups;
    expect((await ops("PUT", "/v1/documents/margins", { ...text, title: "Margin" })).status).toBe(
      200,
    );
    expect(await groupsNow()).toEqual(["board"]);
    const form = new FormData();
    form.set("file", new Blob(["The margin is 43 percent."]), "margins.txt");
    form.set("id", "margins");
    const upload = async () => {
      const headers = await headersOf("ops");
      return fetch(`${server.url}/v1/documents`, { method: "POST", body: form, headers });
    };
    expect((await upload()).status).toBe(200);
    expect(await groupsNow()).toEqual(["board"]);
    form.append("groups", "board");
    form.append("groups", "audit");
    expect((await upload()).status).toBe(200);
    expect(await groupsNow()).toEqual(["audit", "board"]);
    const opened = { ...text, groups: [] };
    expect((await ops("PUT", "/v1/documents/margins", opened)).status).toBe(200);
    expect((await as(["app"], "GET", "/v1/documents/margins")).status).toBe(200);
    expect((await ops("PUT", "/v1/documents/none/groups", { groups: [] })).status).toBe(404);
    const named = await ops("PUT", "/v1/documents/margins/groups", { groups: [""] });
    expect([named.status, named.json.error.param]).toEqual([400, "groups[0]"]);
  });

  it("come with an exported answer, which is served to nobody else after its import", async () => {
    const { as, ask, ops, server } = await open();
    await ask(["app", BOARD]);
    const exported = (await ops("GET", "/v1/cache/entries/export")).text;
    expect(JSON.parse(exported)).toMatchObject({ made_from: ["margins", "refunds"] });
    await ops("DELETE", "/v1/cache/entries?all=true");
    const headers = { ...(await headersOf("ops")), "content-type": "application/x-ndjson" };
    const imported = await server.call("POST", "/v1/cache/entries", exported, headers);
    expect(imported.json).toEqual({ stored: 1, refused: [] });
    const only = { cache: { mode: "only" } };
    expect((await ask(["app", STAFF], only)).error.code).toBe("not_cached");
    expect((await ask(["app", BOARD], only)).cache.status).toBe("hit");
    const explained = await as(["ops"], "POST", "/v1/cache/explain", { message: ASKED });
    expect(explained.json.status).toBe("hit");
  });

  it("do not join in one flight with the questions of others", async () => {
    const { ask } = await open();
    const askers = Array.from({ length: 12 }, (_none, place) => (place % 2 === 0 ? BOARD : STAFF));
    const replies = await Promise.all(askers.map((who) => ask(["app", who])));
    for (const [place, reply] of replies.entries()) {
      expect(reply.answer.includes("41 percent")).toBe(place % 2 === 0);
    }
  });
});
