import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Route, RouteAccess } from "../../src/http/define-route.ts";
import { ROUTES } from "../../src/http/routes.ts";
import { scriptedModel } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";
import { headersOf, keyEntry, signToken, TOKEN_SECRET } from "../support/user-tokens.ts";

/** Somebody who asks: a user of a tenant with one scope, or somebody who is refused, without any. */
interface Caller {
  readonly name: string;
  readonly tenant: string;
  readonly user: string;
  readonly scope: string;
  /** Default: the key of this tenant and scope, with a token of the user. */
  readonly headers?: () => Promise<Record<string, string>>;
}

const TENANTS = ["acme", "globex"];
const SCOPES = ["chat", "chat:all", "admin"];
const NOBODY: Caller = { name: "nobody", tenant: "", user: "", scope: "" };
const iss = "https://id.example";
const token = (claims: object, secret?: string) =>
  signToken({ sub: "ann", iss, ...claims }, secret);
const withKey = async (key: string, userToken: Promise<string>) => ({
  ...(await headersOf(key)),
  "x-user-token": await userToken,
});
const bearer = async (userToken: Promise<string>) => ({
  authorization: `Bearer ${await userToken}`,
});
/** Other ways to say who asks: tokens alone, tokens that narrow a key, a key alone, and tokens that are refused. */
const OTHER_CALLERS: readonly Caller[] = [
  {
    name: "acme ann by token alone",
    tenant: "acme",
    user: "ann",
    scope: "chat",
    headers: () => bearer(token({ tenant: "acme" })),
  },
  {
    name: "globex ann by token alone",
    tenant: "globex",
    user: "ann",
    scope: "chat",
    headers: () => bearer(token({ tenant: "globex" })),
  },
  {
    name: "acme ben by token alone",
    tenant: "acme",
    user: "ben",
    scope: "chat:all",
    headers: () => bearer(token({ sub: "ben", tenant: "acme", scope: "chat:all" })),
  },
  {
    name: "acme ben narrowed to chat",
    tenant: "acme",
    user: "ben",
    scope: "chat",
    headers: () => withKey("acme-chat-all", token({ sub: "ben", scope: "chat" })),
  },
  {
    name: "acme key without token",
    tenant: "acme",
    user: "",
    scope: "chat",
    headers: () => headersOf("acme-chat"),
  },
  {
    ...NOBODY,
    name: "forged token",
    headers: () => withKey("acme-admin", token({}, "another-secret-that-is-long-enough-too")),
  },
  { ...NOBODY, name: "expired token", headers: () => withKey("acme-admin", token({ exp: 1 })) },
  {
    ...NOBODY,
    name: "token of globex with a key of acme",
    headers: () => withKey("acme-admin", token({ tenant: "globex" })),
  },
];
const CALLERS: readonly Caller[] = [
  ...TENANTS.flatMap((tenant) =>
    ["ann", "ben"].flatMap((user) =>
      SCOPES.map((scope) => ({ name: `${tenant} ${user} ${scope}`, tenant, user, scope })),
    ),
  ),
  NOBODY,
  ...OTHER_CALLERS,
];
/** Everything that is asked for is hers. */
const ANN = CALLERS[0] ?? NOBODY;

const keyName = ({ tenant, scope }: Caller) => `${tenant}-${scope.replace(":", "-")}`;
const as = async (caller: Caller) => {
  if (caller === NOBODY) return {};
  return caller.headers?.() ?? withKey(keyName(caller), token({ sub: caller.user }));
};

const model = scriptedModel(() => ({ text: "Within 30 days. [1]" }));
let server: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  const keys = TENANTS.flatMap((tenant) =>
    SCOPES.map((scope) => keyEntry(keyName({ ...ANN, tenant, scope }), tenant, scope)),
  );
  const tokens = { JWT_SECRET: TOKEN_SECRET, JWT_ISSUER: iss };
  server = await startService({ API_KEYS: keys.join(","), ...tokens }, { model });
});
afterAll(() => server.close());

async function call(caller: Caller, method: string, path: string, body?: unknown) {
  return server.call(method, path, body, await as(caller));
}

async function done(caller: Caller, method: string, path: string, body?: unknown) {
  const reply = await call(caller, method, path, body);
  expect(reply.status, `${method} ${path} ${reply.text}`).toBeLessThan(300);
  return reply.json;
}

const ASKING = new Set(["/v1/chat", "/v1/responses", "/v1/ui/chat"]);

/** What one caller does must not be what the next one finds. */
function mayChange({ method, path, request }: Route): boolean {
  return method !== "get" && (path.includes("{id}") || ASKING.has(path) || request === undefined);
}

/** What Ann has begun, in her own name, and what her tenant's admin has. */
async function begin() {
  await call({ ...ANN, tenant: "globex", scope: "admin" }, "DELETE", "/v1/users/ann/profile");
  const admin = { ...ANN, user: "ben", scope: "admin" };
  const id = randomUUID();
  const document = { title: "Help", text: `Refunds of ${id} are paid within 30 days.` };
  await done(admin, "PUT", `/v1/documents/${id}`, document);
  const behind = { title: "Boats", text: "A boat.", id: `${id}-behind` };
  const { job } = await done(admin, "POST", "/v1/documents?async=true", behind);
  const message = `When are refunds of ${id} paid?`;
  const asked = { message, conversation_id: id };
  const { id: messageId } = await done(ANN, "POST", "/v1/chat", asked);
  await done(ANN, "PUT", "/v1/users/ann/profile", { plan: id });
  const about = { input: message, conversation: id };
  const { id: responseId } = await done(ANN, "POST", "/v1/responses", about);
  const { entries } = await done(admin, "GET", `/v1/cache/entries?conversation_id=${id}`);
  return { id, messageId, responseId, entryId: entries[0]?.id, jobId: job.id };
}

type Begun = Awaited<ReturnType<typeof begin>>;

/** What stands in the place of `{id}`. */
function idOf({ path }: Route, begun: Begun): string {
  if (path.startsWith("/v1/users/")) return "ann";
  if (path.startsWith("/v1/models/")) return "default";
  if (path.startsWith("/v1/responses/")) return begun.responseId;
  const ofMessage = ["/v1/messages/", "/v1/cache/lookups/", "/v1/feedback/"];
  if (ofMessage.some((start) => path.startsWith(start))) return begun.messageId;
  if (path.startsWith("/v1/jobs/")) return begun.jobId;
  return path.startsWith("/v1/cache/entries/") ? begun.entryId : begun.id;
}

const question = { question: "When do you open?", answer: "At nine." };
const messages = [{ role: "user", content: "When do you open?" }];
/** A body, or what follows the path, that each route takes. */
const SAMPLES: Readonly<Record<string, (begun: Begun) => { body?: unknown; query?: string }>> = {
  "post /v1/chat": ({ id }) => ({ body: { message: "And by whom?", conversation_id: id } }),
  "post /v1/chat/completions": () => ({ body: { messages } }),
  "post /v1/embeddings": () => ({ body: { input: "When do you open?" } }),
  "post /v1/responses": ({ id }) => ({ body: { input: "And by whom?", conversation: id } }),
  "post /v1/ui/chat": ({ id }) => ({
    body: { id, messages: [{ role: "user", parts: [{ type: "text", text: "And by whom?" }] }] },
  }),
  "post /v1/messages/{id}/feedback": () => ({ body: { rating: "up" } }),
  "post /v1/feedback/{id}/resolve": () => ({ body: { action: "keep" } }),
  "put /v1/users/{id}/profile": () => ({ body: { plan: "gold" } }),
  "patch /v1/users/{id}/profile": () => ({ body: { plan: "gold" } }),
  "post /v1/documents": () => ({ body: { title: "Hours", text: "We open at nine." } }),
  "put /v1/documents/{id}/groups": () => ({ body: { groups: [] } }),
  "put /v1/documents/{id}": () => ({ body: { title: "Hours", text: "We open at nine." } }),
  "post /v1/search": () => ({ body: { query: "opening hours" } }),
  "post /v1/cache/entries": () => ({ body: question }),
  "delete /v1/cache/entries": ({ id }) => ({ query: `?conversation_id=${id}` }),
  "patch /v1/cache/entries/{id}": () => ({ body: { pinned: true } }),
  "post /v1/cache/explain": () => ({ body: { message: "When do you open?" } }),
  "post /v1/cache/lookups/{id}/label": () => ({ body: { same: true } }),
  "put /v1/cache/policy": () => ({ body: { threshold: 0.95 } }),
  "get /v1/cache/policy/diff": () => ({ query: "?from=0&to=0" }),
  "post /v1/cache/policy/rollback": () => ({ body: { version: 0 } }),
  "post /v1/cache/evaluate": () => ({ body: { pairs: [{ a: "a", b: "b", same: false }] } }),
};

const nameOf = ({ method, path }: Route) => `${method} ${path}`;

async function ask(route: Route, caller: Caller, begun: Begun) {
  const { body, query = "" } = SAMPLES[nameOf(route)]?.(begun) ?? {};
  const path = route.path.replace("{id}", idOf(route, begun)).replace("{version}", "1") + query;
  return call(caller, route.method.toUpperCase(), path, body);
}

/** What a scope lets in. */
function hasScope({ scope: wanted }: Route, { scope }: Caller): boolean {
  if (wanted === "chat") return scope !== "admin";
  if (wanted === "admin") return scope === "admin";
  return true;
}

/** A document of one tenant is none of another's; to store it under the same id makes another. */
const makesAnother = (route: Route) => nameOf(route) === "put /v1/documents/{id}";

/** The rule: what a route's answer must be, by its scope and its kind of access alone. */
function expected(route: Route, access: RouteAccess, caller: Caller): number | "ok" {
  if (access === "open") return "ok";
  if (caller.scope === "") return 401;
  if (!hasScope(route, caller)) return 403;
  const isOfTenant = caller.tenant === ANN.tenant;
  const isHers = isOfTenant && (caller.user === ANN.user || caller.scope !== "chat");
  switch (access) {
    case "known":
    case "conversations":
      return "ok";
    case "tenant":
      return isOfTenant || !route.path.includes("{id}") || makesAnother(route) ? "ok" : 404;
    case "asking":
      return isHers || !isOfTenant ? "ok" : 404;
    case "reconnect":
      return 204;
    case "stream":
      return isHers ? 200 : 204;
    case "profile":
      return isHers || isBegun(route, caller) ? "ok" : 404;
    case "conversation":
    case "message":
      return isHers ? "ok" : 404;
  }
}

/** In the other tenant nobody has written of this user yet: whoever may, begins. */
function isBegun({ method }: Route, { tenant, user, scope }: Caller): boolean {
  const isWrite = method === "put" || method === "patch";
  return isWrite && tenant !== ANN.tenant && (user === ANN.user || scope !== "chat");
}

/** A lookup that compares no two questions cannot be labelled, by whoever it is. */
const isOk = (status: number, route: Route) =>
  status < 300 || (nameOf(route) === "post /v1/cache/lookups/{id}/label" && status === 400);

const table: string[] = [];

describe("two tenants, two users and each scope", { timeout: 60_000 }, () => {
  it.each(ROUTES.map((route) => [nameOf(route), route] as const))("%s", async (name, route) => {
    const { access } = route;
    const row: number[] = [];
    let begun = await begin();
    let isChanged = false;
    for (const caller of CALLERS) {
      if (isChanged) begun = await begin();
      const { status, text, json } = await ask(route, caller, begun);
      const wanted = expected(route, access, caller);
      const seen = wanted === "ok" && isOk(status, route) ? "ok" : status;
      expect(seen, `${name} by ${caller.name}: ${text.slice(0, 300)}`).toBe(wanted);
      row.push(status);
      // Who is refused has changed nothing: the next one must find all of it.
      isChanged = mayChange(route) && seen === "ok";
      if (access === "conversations" && caller.scope !== "") {
        const isSeen = expected(route, "conversation", caller) === "ok";
        expect(JSON.stringify(json).includes(begun.id), caller.name).toBe(isSeen);
      }
    }
    table.push(`${name.padEnd(42)} ${row.join(" ")}`);
  });

  it("get nothing of another's apart from what is not there", async () => {
    const ben = { ...ANN, user: "ben" };
    const { id, messageId } = await begin();
    const paths = [
      ["GET", "/v1/conversations/%"],
      ["DELETE", "/v1/conversations/%"],
      ["GET", "/v1/conversations/%/usage"],
      ["GET", "/v1/conversations/%/export"],
      ["POST", "/v1/conversations/%/fork"],
    ] as const;
    for (const [method, path] of paths) {
      const told = async (which: string) => {
        const reply = await call(ben, method, path.replace("%", which));
        const { request_id: _id, ...error } = reply.json.error;
        return JSON.stringify([reply.status, error]).replaceAll(which, "%");
      };
      expect(await told(id)).toBe(await told(randomUUID()));
    }
    const stopped = await call(ben, "POST", `/v1/messages/${messageId}/stop`);
    expect(stopped.status).toBe(404);
    expect((await done(ANN, "GET", `/v1/conversations/${id}`)).window).toHaveLength(4);
  });

  afterAll(() => {
    const columns = CALLERS.map(({ name }, index) => `${index + 1} ${name}`).join(", ");
    console.log(["Status by caller:", columns, ...table].join("\n"));
  });
});
