import { describe, expect, it, onTestFinished } from "vitest";
import { startService } from "../support/start-service.ts";
import { testDatabases } from "../support/databases.ts";

const HUGE = ["2147483648", "9007199254740993"];
/** Characters that a path or a query may hold once decoded, and no database takes. */
const BINARY = ["a%00b"];
const cursorOf = (place: unknown) => Buffer.from(JSON.stringify(place)).toString("base64url");
const CURSORS = [
  [9_007_199_254_740_990, "a"],
  [1, "a\0"],
  [1, "a\ud800"],
  ["newest", 9_007_199_254_740_990, "a\0"],
  ["nearest", 9_007_199_254_740_990, 1, "a"],
  ["nearest", 1, 9_007_199_254_740_990, "a"],
  ["nearest", 1, 1, "a\0"],
].map(cursorOf);

const usage = {
  model: "m",
  prompt_tokens: 9_007_199_254_740_990,
  completion_tokens: 1,
  total_tokens: 1,
  cached_prompt_tokens: 0,
  embedding_tokens: 0,
  estimated: false,
};
const BODIES = [
  ["POST", "/v1/cache/policy/rollback", { version: 9_007_199_254_740_990 }],
  ["POST", "/v1/cache/policy/rollback", { version: 2_147_483_648 }],
  ["PUT", "/v1/cache/policy", { version: 9_007_199_254_740_990, threshold: 0.93 }],
  ["POST", "/v1/cache/entries", { question: "Why?", answer: "So.", usage }],
  ["POST", "/v1/conversations/c1/fork", { message_id: "a\0b" }],
  ["POST", "/v1/conversations/c1/fork", { message_id: "a\ud800" }],
  ["POST", "/v1/messages/m1/feedback", { rating: "down", comment: "a\0b" }],
  ["PUT", "/v1/users/ada/profile", { name: "a\0b" }],
  ["POST", "/v1/documents", { title: "a\0b", text: "text" }],
  ["POST", "/v1/documents", { title: "a", text: "text", source: "a\0b" }],
  [
    "POST",
    "/v1/chat/completions",
    { messages: [{ role: "user", content: "Why?" }], max_tokens: 9_007_199_254_740_990 },
  ],
  ["POST", "/v1/chat/completions", { messages: [{ role: "user", content: "Why?" }], user: "a\0b" }],
] as const;

for (const database of testDatabases) {
  describe(`values that ${database.name} does not take`, { timeout: 120_000 }, () => {
    it("are refused by every route, in its path, its query and its body", async () => {
      const place = await database.makePlace();
      const key = place.startsWith("postgres") ? "DATABASE_URL" : "DATA_DIR";
      const server = await startService({ [key]: place, DAILY_BUDGET_USD: "5" });
      onTestFinished(() => server.close());
      const { paths } = (await server.call("GET", "/openapi.json")).json;
      const failures: string[] = [];
      const expectNoFailure = async (method: string, path: string, body?: unknown) => {
        const { status, text } = await server.call(method, path, body);
        if (status >= 500) failures.push(`${method} ${path}: ${status} ${text}`);
      };
      for (const [method, address, { parameters = [] }] of operationsOf(paths)) {
        const hostile = (value: string) => address.replaceAll(/\{\w+\}/g, value);
        const body = method === "GET" || method === "DELETE" ? undefined : {};
        if (hostile("") !== address) {
          for (const value of [...BINARY, ...HUGE]) {
            await expectNoFailure(method, hostile(value), body);
          }
        }
        const names = parameters.flatMap((each) => (each.in === "query" ? [each.name] : []));
        for (const name of names) {
          for (const value of [...BINARY, ...HUGE, ...(name === "cursor" ? CURSORS : [])]) {
            await expectNoFailure(method, `${hostile("c1")}?${name}=${value}`, body);
            const nearest = `${hostile("c1")}?near_misses=true&${name}=${value}`;
            if (address === "/v1/cache/lookups") await expectNoFailure(method, nearest);
          }
        }
      }
      for (const [method, path, body] of BODIES) await expectNoFailure(method, path, body);
      expect(failures).toEqual([]);
    });
  });
}

interface Operation {
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
}

function operationsOf(
  paths: Record<string, Record<string, Operation>>,
): readonly (readonly [string, string, Operation])[] {
  return Object.entries(paths).flatMap(([address, methods]) =>
    Object.entries(methods).map(
      ([method, operation]) => [method.toUpperCase(), address, operation] as const,
    ),
  );
}
