import { describe, expect, it } from "vitest";
import { readConfig } from "../src/config.ts";
import { ConfigError } from "../src/errors.ts";

const hash = "a".repeat(64);

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("settings", () => {
  it("needs none: in process, offline, bound to this machine", () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      port: 3000,
      host: "127.0.0.1",
      chat: { model: "offline-extractive" },
      embeddings: { kind: "builtin" },
      history: { maxMessages: 20, ttlSeconds: 86_400 },
      cache: { threshold: 0.95, ttlSeconds: 86_400 },
    });
  });

  it("uses OpenAI for answers and embeddings once there is a key", () => {
    const config = readConfig({ OPENAI_API_KEY: "k" });
    expect(config.chat.model).toBe("gpt-4o-mini");
    expect(config.embeddings.kind).toBe("openai");
  });

  it("keeps the records in SQLite unless it is given a PostgreSQL", () => {
    expect(readConfig({ DATA_DIR: ":memory:" }).database).toBe(":memory:");
    expect(readConfig({ DATA_DIR: "/tmp/data" }).database).toBe("/tmp/data");
    const address = "postgres://me:secret@db.example/reprise";
    expect(readConfig({ DATABASE_URL: address, DATA_DIR: "/tmp" }).database).toBe(address);
    expect(problemsOf({ DATABASE_URL: "mysql://db.example/reprise" })).toEqual([
      "DATABASE_URL: must be postgres://user:password@host/database",
    ]);
  });

  it("rewrites follow-ups by the chat model unless another one is named", () => {
    expect(readConfig({ OPENAI_API_KEY: "k" }).chat.resolveModel).toBeUndefined();
    const config = readConfig({ OPENAI_API_KEY: "k", RESOLVE_MODEL: "gpt-4.1-nano" });
    expect(config.chat).toMatchObject({ model: "gpt-4o-mini", resolveModel: "gpt-4.1-nano" });
    expect(problemsOf({ RESOLVE_MODEL: "gpt-4.1-nano" })).toEqual([
      "RESOLVE_MODEL: gpt-4.1-nano needs OPENAI_API_KEY or OPENAI_BASE_URL",
    ]);
    expect(problemsOf({ RESOLVE_MODEL: "anthropic:" })).toEqual([
      "RESOLVE_MODEL: anthropic: must be followed by the name of a model",
    ]);
  });

  it("asks no judge unless one is named that can judge", () => {
    expect(readConfig({ OPENAI_API_KEY: "k" }).chat.judgeModel).toBeUndefined();
    const config = readConfig({ OPENAI_API_KEY: "k", JUDGE_MODEL: "gpt-4.1-nano" });
    expect(config.chat.judgeModel).toBe("gpt-4.1-nano");
    expect(problemsOf({ JUDGE_MODEL: "gpt-4.1-nano" })).toEqual([
      "JUDGE_MODEL: gpt-4.1-nano needs OPENAI_API_KEY or OPENAI_BASE_URL",
    ]);
    expect(problemsOf({ JUDGE_MODEL: "offline-extractive" })[0]).toMatch(/^JUDGE_MODEL: .*judge/);
  });

  it("lets replies wait for a judge only where there is one, and only where it is said how long", () => {
    expect(readConfig({}).chat.judgeDeadlineMs).toBeUndefined();
    expect(problemsOf({ JUDGE_DEADLINE_MS: "300" })).toEqual([
      "JUDGE_DEADLINE_MS: needs JUDGE_MODEL or JUDGE_URL",
    ]);
    const url = "http://127.0.0.1:8000/decide";
    const { chat } = readConfig({ JUDGE_DEADLINE_MS: "300", JUDGE_URL: url });
    expect(chat).toMatchObject({ judgeDeadlineMs: 300, judgeUrl: url, judgeMinProbability: 0.9 });
    expect(problemsOf({ JUDGE_URL: "redis://x", JUDGE_MIN_PROBABILITY: "2" })).toHaveLength(2);
  });

  it("treats an empty variable as unset", () => {
    expect(readConfig({ PORT: "", CACHE_THRESHOLD: " " }).port).toBe(3000);
  });

  it("tells every problem at once, by the variable's name", () => {
    const problems = problemsOf({
      PORT: "many",
      CACHE_THRESHOLD: "3",
      HISTORY_MAX_MESSAGES: "1.5",
      EMBEDDINGS: "magic",
      API_KEYS: "broken",
      OPENAI_BASE_URL: "nowhere",
      LOG_LEVEL: "loud",
      KNOWLEDGE_DIR: "/nope",
      PRICES_FILE: "/nope/prices.json",
    });
    for (const name of [
      "PORT",
      "CACHE_THRESHOLD",
      "HISTORY_MAX_MESSAGES",
      "EMBEDDINGS",
      "API_KEYS",
      "OPENAI_BASE_URL",
      "LOG_LEVEL",
      "KNOWLEDGE_DIR",
      "PRICES_FILE",
    ]) {
      expect(
        problems.some((problem) => problem.startsWith(`${name}: `)),
        name,
      ).toBe(true);
    }
  });

  it.each(["0.0.0.0", "::", "192.0.2.7", "example.org", "127.evil.example"])(
    "does not open %s to other machines without keys",
    (host) => {
      expect(problemsOf({ HOST: host })[0]).toMatch(/^HOST: .*API_KEYS/);
      expect(problemsOf({ HOST: host, API_KEYS: `ops:acme:chat+admin:${hash}` })).toEqual([]);
    },
  );

  it("reads keys with their tenant and scopes", () => {
    const { apiKeys } = readConfig({
      API_KEYS: `web:acme:chat:${hash}, ops:acme:chat+admin:${hash.toUpperCase()}`,
    });
    expect(apiKeys.map((key) => [key.name, key.tenant, [...key.scopes], key.sha256])).toEqual([
      ["web", "acme", ["chat"], hash],
      ["ops", "acme", ["chat", "admin"], hash],
    ]);
  });

  it("says what a model needs", () => {
    expect(problemsOf({ CHAT_MODEL: "gpt-4o" })[0]).toMatch(/^CHAT_MODEL: .*OPENAI_API_KEY/);
    expect(problemsOf({ EMBEDDINGS: "openai" })[0]).toMatch(/^EMBEDDINGS: .*OPENAI_API_KEY/);
    expect(problemsOf({ CHAT_MODEL: "anthropic:claude-sonnet-4-5" })).toEqual([]);
    expect(problemsOf({ CHAT_MODEL: "anthropic:" })[0]).toMatch(/^CHAT_MODEL: .*name of a model/);
  });

  it("takes a name with a colon for a model of the OpenAI-compatible server", () => {
    const model = "llama3.2:3b";
    expect(problemsOf({ CHAT_MODEL: model })[0]).toMatch(/^CHAT_MODEL: .*OPENAI_BASE_URL/);
    const OPENAI_BASE_URL = "http://127.0.0.1:11434/v1";
    expect(readConfig({ CHAT_MODEL: model, OPENAI_BASE_URL }).chat.model).toBe(model);
  });
});
