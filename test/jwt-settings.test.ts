import { generateKeyPairSync } from "node:crypto";
import { expect, it } from "vitest";
import { readConfig } from "../src/config.ts";
import { ConfigError } from "../src/errors.ts";

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const { publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const pem = publicKey.export({ type: "spki", format: "pem" }).toString();

it("takes a public key in PEM, also in one line as environments have it", () => {
  for (const text of [pem, pem.replaceAll("\n", String.raw`\n`)]) {
    expect(readConfig({ JWT_PUBLIC_KEY: text }).jwt?.publicKey).toBe(pem);
  }
  expect(readConfig({}).jwt).toBeUndefined();
});

it("tells every wrong setting of user tokens at once", () => {
  const small = generateKeyPairSync("rsa", { modulusLength: 1024 }).publicKey;
  for (const text of ["nonsense", small.export({ type: "spki", format: "pem" }).toString()]) {
    expect(problemsOf({ JWT_PUBLIC_KEY: text })[0]).toMatch(/^JWT_PUBLIC_KEY: must be an RSA key/);
  }
  expect(problemsOf({ JWT_JWKS_URL: "ftp://host/keys" })[0]).toMatch(/^JWT_JWKS_URL: must be/);
  expect(problemsOf({ JWT_AUDIENCE: "a", JWT_ISSUER: "i" })).toEqual([
    "JWT_AUDIENCE: needs JWT_SECRET, JWT_PUBLIC_KEY or JWT_JWKS_URL",
    "JWT_ISSUER: needs JWT_SECRET, JWT_PUBLIC_KEY or JWT_JWKS_URL",
  ]);
  expect(problemsOf({ JWT_PUBLIC_KEY: pem, JWT_JWKS_URL: "https://host/keys" })[0]).toMatch(
    /^JWT_PUBLIC_KEY: must not come with JWT_JWKS_URL/,
  );
});

it("may be reached from other machines without API keys once tokens have an issuer", () => {
  const tokens = { HOST: "0.0.0.0", JWT_SECRET: "a-secret-that-is-long-enough-for-this" };
  expect(problemsOf(tokens)[0]).toMatch(/^HOST:/);
  expect(problemsOf({ ...tokens, JWT_ISSUER: "https://id.example" })).toEqual([]);
});
