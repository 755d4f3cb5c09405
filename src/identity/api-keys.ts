import { z } from "zod";
import { readScopes } from "./scopes.ts";
import type { Scope } from "./types.ts";

/** An API key. Only its hash is stored. */
export interface ApiKey {
  readonly name: string;
  readonly tenant: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Groups whose documents it may read. */
  readonly groups: readonly string[];
  /** SHA-256 of the key, lower-case hex. */
  readonly sha256: string;
}

const apiKeyPattern =
  /^(?<name>[\w-]{1,64}):(?<tenant>[\w-]{1,64}):(?<scopes>(?:chat:all|chat|admin)(?:\+(?:chat:all|chat|admin))*):(?<sha256>[\da-f]{64})(?::(?<groups>[^:,+\s]{1,200}(?:\+[^:,+\s]{1,200})*))?$/i;

/** `API_KEYS`: an entry for each key, separated by commas. */
export const apiKeys = z.string().transform((text, context): ApiKey[] =>
  text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")
    .flatMap((entry, index) => {
      const parts = apiKeyPattern.exec(entry)?.groups;
      if (parts === undefined) {
        context.addIssue({
          code: "custom",
          message: `entry ${index + 1} must be name:tenant:scopes:sha256hex or name:tenant:scopes:sha256hex:groups, scopes being chat, chat:all, admin or some of them joined by +, groups being names joined by +`,
        });
        return [];
      }
      return [toApiKey(parts)];
    }),
);

function toApiKey(parts: Record<string, string>): ApiKey {
  const scopes = readScopes((parts["scopes"] ?? "").toLowerCase().split("+"));
  return {
    name: parts["name"] ?? "",
    tenant: parts["tenant"] ?? "",
    scopes,
    groups: parts["groups"]?.split("+") ?? [],
    sha256: (parts["sha256"] ?? "").toLowerCase(),
  };
}
