import { expect, it, onTestFinished } from "vitest";
import { scriptedModel } from "../support/scripted-model.ts";
import { serveEmbeddings } from "../support/serve-embeddings.ts";
import { startService } from "../support/start-service.ts";
import { keyEntry } from "../support/user-tokens.ts";

const as = (tenant: string) => ({ authorization: `Bearer secret-${tenant}` });
const ASKED = "Which supplier do we drop in March?";

/** A service with billed embeddings and a model that rewrites follow-ups. */
async function open() {
  const usage = { input_tokens: 90, output_tokens: 9, total_tokens: 99 };
  const model = scriptedModel((messages) => {
    const isRewriting = messages.some(({ text }) => text.includes("Last message:"));
    return { text: isRewriting ? "When do we drop the supplier Acorn?" : "Acorn [1].", usage };
  });
  const keys = ["acme", "globex"].map((tenant) => keyEntry(tenant, tenant, "chat+admin"));
  const server = await startService(
    {
      API_KEYS: keys.join(","),
      EMBEDDINGS: "openai",
      EMBEDDING_MODEL: "text-embedding-3-small",
      OPENAI_BASE_URL: await serveEmbeddings(),
      RATE_LIMIT_PER_MINUTE: "100",
    },
    { model },
  );
  onTestFinished(() => server.close());
  return server;
}

type Server = Awaited<ReturnType<typeof open>>;

const page = { title: "Suppliers", text: "The supplier Acorn is dropped in March." };
const once = { "idempotency-key": "the-same-key" };

/** All that a tenant does: each reply with its status, headers and body. */
async function work(server: Server, tenant: string) {
  const replies: unknown[] = [];
  const call = async (method: string, path: string, body?: unknown, headers = {}) => {
    const reply = await server.call(method, path, body, { ...as(tenant), ...headers });
    replies.push([`${method} ${path.replaceAll(/_[\w-]{22}/g, "_id")}`, plain(reply)]);
    return reply.json;
  };
  await call("PUT", "/v1/documents/suppliers", page);
  const talk = { conversation_id: "talk" };
  const first = await call("POST", "/v1/chat", { message: ASKED, ...talk }, once);
  await call("POST", "/v1/chat", { message: "And when is it dropped?", ...talk });
  await call("POST", "/v1/chat", { message: ASKED });
  await call("POST", "/v1/chat", { message: "Which supplier is dropped in March?" });
  await call("POST", "/v1/chat", { message: ASKED, ...talk }, once);
  await call("POST", "/v1/search", { query: ASKED });
  await call("POST", "/v1/chat/completions", { messages: [{ role: "user", content: ASKED }] });
  await call("POST", `/v1/messages/${first.id}/feedback`, { rating: "up" });
  await call("PUT", "/v1/users/ann/profile", { plan: "gold" });
  await call("GET", "/v1/users/ann/profile");
  await call("GET", "/v1/conversations");
  await call("GET", "/v1/conversations/talk/usage");
  for (const path of ["stats", "entries", "lookups", "policy", "policy/versions", "shadow"]) {
    await call("GET", `/v1/cache/${path}`);
  }
  await call("POST", "/v1/cache/explain", { message: ASKED });
  await call("GET", "/v1/reports/costs?group_by=model");
  await call("PUT", "/v1/cache/policy", { threshold: 0.97 });
  return replies;
}

/** Fields that are never the same twice. */
const FLEETING =
  /^(?:id|.*_id|timings_ms|total_ms|created|.*_at|cursor|next_cursor|scope|question_hash|knowledge_version|entry|age|age_seconds|x-ratelimit-reset-requests|x-request-id|content-length|date|hour|day|candidates|conversation_id)$/;

function plain({ status, headers, json }: Awaited<ReturnType<Server["call"]>>): unknown {
  const told = JSON.stringify([status, Object.fromEntries(headers), json], (name, value) =>
    FLEETING.test(name) ? undefined : value,
  );
  return JSON.parse(told.replaceAll(/(?:acme|globex)/g, "tenant"));
}

it(
  "a tenant's replies are the same to the last figure whether or not another has asked all of it before",
  { timeout: 60_000 },
  async () => {
    const [alone, shared] = [await open(), await open()];
    const before = await work(shared, "acme");
    const after = await work(shared, "globex");
    const control = await work(alone, "globex");
    expect(after).toEqual(control);
    expect(before).toEqual(control);
    expect(JSON.stringify(after)).toContain('"embedding_tokens":5');
  },
);
