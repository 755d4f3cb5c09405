import { randomUUID } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { scriptedModel } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";
import { headersOf, keyEntry, signToken, TOKEN_SECRET } from "../support/user-tokens.ts";

const model = scriptedModel(() => ({ text: "Within 30 days. [1]" }));
const API_KEYS = [
  keyEntry("web", "acme", "chat"),
  keyEntry("app", "acme", "chat"),
  keyEntry("support", "acme", "chat:all"),
  keyEntry("ops", "acme", "chat+admin"),
].join(",");
const environment = { API_KEYS, JWT_SECRET: TOKEN_SECRET };
const PAGE = { title: "Help", text: "Refunds are paid within 30 days of purchase." };

let server: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  server = await startService(environment, { model });
  await done(await call("ops", "PUT", "/v1/documents/help", PAGE));
});
afterAll(() => server.close());

type Reply = Awaited<ReturnType<typeof server.call>>;

/** @param who a key's name, or a key's and a user's */
async function call(
  who: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Reply> {
  const [key = "", user] = who.split("/");
  return server.call(method, path, body, { ...(await headersOf(key, user)), ...headers });
}

function done(reply: Reply) {
  expect(reply.status, reply.text).toBeLessThan(300);
  return reply.json;
}

const ask = (who: string, message: string, more: object = {}) =>
  call(who, "POST", "/v1/chat", { message, ...more });
const lastPrompt = () =>
  model.calls
    .at(-1)
    ?.map(({ text }) => text)
    .join("\n");

describe("a conversation of a key", () => {
  it("is that key's alone, and the tenant's to chat:all and admin", async () => {
    const { conversation_id: id } = done(await ask("web", "When are refunds paid?"));
    const statuses = async (who: string) =>
      (await call(who, "GET", `/v1/conversations/${id}`)).status;
    expect(await statuses("web")).toBe(200);
    expect(await statuses("app")).toBe(404);
    expect(await statuses("web/ann")).toBe(404);
    expect(await statuses("support")).toBe(200);
    expect(await statuses("ops")).toBe(200);
  });

  it("is begun by the first of two who pick the same id; the other is told that there is none", async () => {
    const id = randomUUID();
    done(await ask("web/ann", "My secret word is tangerine.", { conversation_id: id }));
    const calls = model.calls.length;
    for (const who of ["web/ben", "app", "web"]) {
      const { status, json } = await ask(who, "What is my secret word?", { conversation_id: id });
      expect([status, json.error.message]).toEqual([404, `There is no conversation ${id}.`]);
    }
    expect(model.calls).toHaveLength(calls);
    const { window } = done(await call("web/ann", "GET", `/v1/conversations/${id}`));
    expect(window).toHaveLength(2);
    const { requests } = done(await call("web/ann", "GET", `/v1/conversations/${id}/usage`));
    expect(requests).toBe(1);
  });

  it("of many who pick one id at once is one's, and holds that one's words alone", async () => {
    const id = randomUUID();
    const users = Array.from({ length: 8 }, (_value, index) => `u${index}`);
    const replies = await Promise.all(
      users.map((user) => ask(`web/${user}`, `I am ${user}.`, { conversation_id: id })),
    );
    const won = users.filter((_user, index) => replies[index]?.status === 200);
    expect(won).toHaveLength(1);
    expect(replies.filter(({ status }) => status === 404)).toHaveLength(7);
    const { window, transcript } = done(await call("ops", "GET", `/v1/conversations/${id}`));
    expect(window[0].content).toBe(`I am ${won[0]}.`);
    expect([window.length, transcript.length]).toEqual([2, 2]);
  });

  it("that somebody may continue who sees the tenant stays its owner's", async () => {
    const { conversation_id: id } = done(await ask("web/ann", "When are refunds paid?"));
    done(await ask("support", "A colleague will call you.", { conversation_id: id }));
    expect(done(await call("web/ann", "GET", `/v1/conversations/${id}`)).window).toHaveLength(4);
    expect((await ask("app", "And then?", { conversation_id: id })).status).toBe(404);
  });

  it("is copied for whoever copies it", async () => {
    const { conversation_id: id } = done(await ask("web/ann", "When are refunds paid?"));
    const copy = done(await call("support", "POST", `/v1/conversations/${id}/fork`)).id;
    expect((await call("support", "GET", `/v1/conversations/${copy}`)).status).toBe(200);
    expect((await call("web/ann", "GET", `/v1/conversations/${copy}`)).status).toBe(404);
    const own = done(await call("web/ann", "POST", `/v1/conversations/${id}/fork`)).id;
    expect(done(await call("web/ann", "GET", `/v1/conversations/${own}`)).window).toHaveLength(2);
  });

  it("is listed and searched by those who may read it, page by page", async () => {
    const word = randomUUID().slice(0, 8);
    for (const who of ["web/cat", "web/dan", "web/cat", "web/dan", "web/cat"]) {
      done(await ask(who, `What is ${word}?`));
    }
    const count = async (who: string) => {
      let cursor: string | null = "";
      let rows = 0;
      for (let pages = 0; cursor !== null && pages < 9; pages += 1) {
        const query: string = cursor === "" ? "" : `&cursor=${cursor}`;
        const page = done(
          await call(who, "GET", `/v1/conversations?limit=2&query=${word}${query}`),
        );
        rows += page.conversations.length;
        cursor = page.next_cursor;
      }
      return rows;
    };
    expect(await count("web/cat")).toBe(3);
    expect(await count("web/dan")).toBe(2);
    expect(await count("web")).toBe(0);
    expect(await count("support")).toBe(5);
  });
});

describe("a user_id", () => {
  it("is a label that grants nothing", async () => {
    done(await call("web", "PUT", "/v1/users/eve/profile", { plan: "platinum-of-web" }));
    done(await ask("web", "Which plan am I on?", { user_id: "eve" }));
    expect(lastPrompt()).toContain("platinum-of-web");
    done(await ask("app", "Which plan am I on?", { user_id: "eve" }));
    expect(lastPrompt()).not.toContain("platinum-of-web");
    expect((await call("app", "GET", "/v1/users/eve/profile")).status).toBe(404);
    expect((await call("app", "PUT", "/v1/users/eve/profile", { plan: "x" })).status).toBe(404);
    const listed = done(await call("app", "GET", "/v1/conversations?user_id=eve"));
    expect(listed.conversations).toHaveLength(1);
  });

  it("must be the token's user, or left out", async () => {
    const { status, json } = await ask("web/ann", "When?", { user_id: "ben" });
    expect([status, json.error.param]).toEqual([400, "user_id"]);
    expect((await ask("web/ann", "When?", { user_id: "ann" })).status).toBe(200);
    const messages = [{ role: "user", content: "When are refunds paid?" }];
    const completion = (user?: string) =>
      call("web/ann", "POST", "/v1/chat/completions", { messages, user });
    expect((await completion("ben")).json.error.param).toBe("user");
    expect((await completion()).status).toBe(200);
    const { rows } = done(await call("ops", "GET", "/v1/reports/costs?group_by=user"));
    expect(rows.find((row: any) => row.user_id === "ann").requests).toBeGreaterThan(1);
  });
});

describe("a profile", () => {
  it("that a key wrote never reaches the prompt of the user of that id", async () => {
    const planted = "planted-by-a-key";
    done(await call("web", "PUT", "/v1/users/fay/profile", { note: planted }));
    expect((await call("web/fay", "GET", "/v1/users/fay/profile")).status).toBe(404);
    done(await ask("web/fay", "Which plan am I on?"));
    expect(lastPrompt()).not.toContain(planted);
    const patched = done(await call("web/fay", "PATCH", "/v1/users/fay/profile", { plan: "gold" }));
    expect(patched).toEqual({ plan: "gold" });
    expect((await call("web", "GET", "/v1/users/fay/profile")).status).toBe(404);
    done(await ask("web/fay", "Which plan am I on now?"));
    expect(lastPrompt()).toContain("gold");
  });

  it("that an admin wrote is the user's too, and no key's", async () => {
    done(await call("ops", "PUT", "/v1/users/gus/profile", { plan: "silver" }));
    expect(done(await call("web/gus", "GET", "/v1/users/gus/profile"))).toEqual({ plan: "silver" });
    expect((await call("web", "GET", "/v1/users/gus/profile")).status).toBe(404);
    expect((await call("web/ann", "GET", "/v1/users/gus/profile")).status).toBe(404);
    expect((await call("web/ann", "PUT", "/v1/users/new/profile", { a: 1 })).status).toBe(404);
  });
});

describe("what others asked", () => {
  it("is not shown where a stored answer of theirs is served", async () => {
    const plan = randomUUID().replaceAll(/[^a-f]/g, "");
    const message = `When are refunds of the ${plan} plan paid?`;
    done(await ask("web/ann", message));
    const same = done(await ask("web/ben", message.toUpperCase()));
    expect(same.cache).toMatchObject({ tier: "exact", matched_question: message });
    const near = message.replace("When are", "When will").replace("paid", "be paid");
    const seen = done(await ask("web/ben", near));
    expect(seen.cache.similarity).toBeGreaterThan(0.5);
    expect(seen.cache.matched_question).toBeNull();
    const streamed = await call("web/ben", "POST", "/v1/chat", { message: near, stream: true });
    expect(streamed.text).toContain('"matched_question":null');
    const messages = [{ role: "user", content: near }];
    const completed = await call("web/ben", "POST", "/v1/chat/completions", { messages });
    expect(done(completed).x_reprise.cache.matched_question).toBeNull();
    expect(done(await ask("support", near)).cache.matched_question).not.toBeNull();
  });

  it("is not given to another who sends the same idempotency key", async () => {
    const key = { "idempotency-key": randomUUID() };
    const body = { message: "My word is mango. When are refunds paid?" };
    const send = (who: string) => call(who, "POST", "/v1/chat", body, key);
    const first = done(await send("web/ann"));
    expect(done(await send("web/ann")).id).toBe(first.id);
    for (const who of ["web/ben", "web", "app"]) {
      const other = await send(who);
      expect(done(other).id).not.toBe(first.id);
      expect(other.headers.get("idempotent-replayed")).toBeNull();
    }
  });
});

describe("a socket", () => {
  async function open(auth: object, headers: Record<string, string> = {}) {
    const socket = new WebSocket(`${server.url.replace("http", "ws")}/v1/ws`, { headers });
    const told: any[] = [];
    socket.on("message", (data: Buffer) => told.push(JSON.parse(data.toString("utf8"))));
    await new Promise((resolve) => socket.once("open", resolve));
    if (headers["authorization"] === undefined) {
      socket.send(JSON.stringify({ type: "auth", ...auth }));
    }
    const end = async (requestId: string) => {
      const isEnd = (each: any) =>
        each.request_id === requestId && /answer-(?:end|error)/.test(each.type);
      await expect.poll(() => told.some(isEnd)).toBe(true);
      return told.find(isEnd);
    };
    onTestFinished(() => socket.close());
    return { socket, told, end };
  }

  it("is the user's of its token, whether a header or the first message brings it", async () => {
    const id = randomUUID();
    const key = "secret-web";
    const ann = await open({ key, user_token: await signToken({ sub: "ann" }) });
    const chat = (request_id: string) =>
      JSON.stringify({ type: "chat", request_id, message: "When?", conversation_id: id });
    // At once: the token is still being verified.
    ann.socket.send(chat("a"));
    expect(await ann.end("a")).toMatchObject({ type: "answer-end", conversation_id: id });
    const { id: messageId } = await ann.end("a");

    const ben = await open({}, await headersOf("web", "ben"));
    ben.socket.send(chat("b"));
    expect(await ben.end("b")).toMatchObject({ error: { code: "not_found" } });
    const resume = (request_id: string) =>
      JSON.stringify({ type: "resume", id: messageId, after: 0, request_id });
    ben.socket.send(resume("c"));
    expect(await ben.end("c")).toMatchObject({ error: { code: "not_found" } });
    ann.socket.send(resume("d"));
    expect(await ann.end("d")).toMatchObject({ type: "answer-end" });
  });

  it("is closed to a token that is wrong", async () => {
    const { socket, told } = await open({ key: "secret-web", user_token: "a.b.c" });
    const code = await new Promise((resolve) => socket.once("close", resolve));
    expect([code, told[0].error.code]).toEqual([4401, "unauthorized"]);
  });
});

it("limits the rate of each user on their own, whatever key they come through", async () => {
  const limited = await startService({ ...environment, RATE_LIMIT_PER_MINUTE: "2" }, { model });
  onTestFinished(() => limited.close());
  const send = async (user?: string) =>
    (await limited.call("POST", "/v1/chat", { message: "Hi" }, await headersOf("web", user)))
      .status;
  const statuses = [];
  for (const user of ["ann", "ann", "ann", "ben", undefined]) statuses.push(await send(user));
  expect(statuses).toEqual([200, 200, 429, 200, 200]);
});

it("leaves what was begun without keys to chat:all and admin, and to a tenant's only key", async () => {
  const DATA_DIR = await mkdtemp(join(tmpdir(), "reprise-owners-"));
  const open = async (more: Record<string, string>) => {
    const service = await startService({ DATA_DIR, ...more }, { model });
    let isOpen = true;
    const close = async () => {
      if (isOpen) await service.close();
      isOpen = false;
    };
    onTestFinished(close);
    return { ...service, close };
  };
  const before = await open({});
  await before.call("POST", "/v1/chat", { message: "When?", conversation_id: "old" });
  await before.call("PUT", "/v1/users/ann/profile", { plan: "gold" });
  await before.close();

  const read = async (service: typeof before, key: string) =>
    Promise.all(
      ["/v1/conversations/old", "/v1/users/ann/profile", "/v1/conversations"].map(async (path) => {
        const { status, json } = await service.call("GET", path, undefined, await headersOf(key));
        return json.conversations?.length ?? status;
      }),
    );
  const ask = async (service: typeof before, key: string) => {
    const body = { message: "And who?", conversation_id: "old" };
    return (await service.call("POST", "/v1/chat", body, await headersOf(key))).status;
  };
  const one = await open({ API_KEYS: keyEntry("web", "default", "chat") });
  expect(await read(one, "web")).toEqual([200, 200, 1]);
  expect(await ask(one, "web")).toBe(200);
  await one.close();

  const keys = [
    keyEntry("web", "default", "chat"),
    keyEntry("app", "default", "chat"),
    keyEntry("ops", "default", "chat:all"),
  ];
  const two = await open({ API_KEYS: keys.join(",") });
  expect(await read(two, "web")).toEqual([404, 404, 0]);
  expect(await ask(two, "app")).toBe(404);
  expect(await read(two, "ops")).toEqual([200, 200, 1]);
});
