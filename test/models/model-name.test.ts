import { describe, expect, it } from "vitest";
import { readModelName } from "../../src/models/model-name.ts";

describe("CHAT_MODEL", () => {
  it.each([
    ["gpt-4o-mini", "openai", "gpt-4o-mini"],
    ["openai:gpt-4o", "openai", "gpt-4o"],
    ["anthropic:claude-sonnet-4-5", "anthropic", "claude-sonnet-4-5"],
    ["ollama:llama3.2:3b", "ollama", "llama3.2:3b"],
    ["openai:mistral:7b", "openai", "mistral:7b"],
    // Colons are part of many names on servers that speak OpenAI's protocol.
    ["llama3.2:3b", "openai", "llama3.2:3b"],
    ["qwen2.5-coder:14b-instruct-q4_K_M", "openai", "qwen2.5-coder:14b-instruct-q4_K_M"],
    ["ft:gpt-4o-mini:acme::abc123", "openai", "ft:gpt-4o-mini:acme::abc123"],
    ["deepseek/deepseek-chat:free", "openai", "deepseek/deepseek-chat:free"],
    ["constructor:x", "openai", "constructor:x"],
    [":x", "openai", ":x"],
  ])("%s is of %s, named %s", (model, provider, name) => {
    expect(readModelName(model)).toEqual({ provider, name });
  });
});
