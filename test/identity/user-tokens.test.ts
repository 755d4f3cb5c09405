import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { createServer, type Server } from "node:http";
import { base64url, exportJWK, SignJWT } from "jose";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createUserTokens } from "../../src/identity/user-tokens.ts";
import type { JwtSettings } from "../../src/config/jwt-settings.ts";
import { signToken, TOKEN_SECRET } from "../support/user-tokens.ts";

const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
const other = generateKeyPairSync("rsa", { modulusLength: 2048 });
const publicKey = pair.publicKey.export({ type: "spki", format: "pem" }).toString();

const NOTHING: JwtSettings = {
  secret: undefined,
  publicKey: undefined,
  jwksUrl: undefined,
  audience: undefined,
  issuer: undefined,
};
function tokens(settings: Partial<JwtSettings>) {
  const verifier = createUserTokens({ ...NOTHING, ...settings });
  return { verify: (token: string) => verifier.verify(token) };
}
const signWith = (key: KeyObject, header: { alg: string; kid?: string }, claims = { sub: "ann" }) =>
  new SignJWT(claims).setProtectedHeader(header).setExpirationTime("5m").sign(key);

/** Refused with 401, whatever is wrong. */
const refused = (why: RegExp | string) => ({
  code: "unauthorized",
  status: 401,
  message: expect.stringMatching(why),
});

/** A token by hand, as a forger writes it. */
const forge = (header: object, payload: object, signature = "") =>
  [JSON.stringify(header), JSON.stringify(payload)]
    .map((part) => base64url.encode(part))
    .join(".") + `.${signature}`;

describe("a user token", () => {
  const { verify } = tokens({ secret: TOKEN_SECRET });

  it("names the user, tenant and groups, and narrows the scopes of the key", async () => {
    const claims = { sub: "ann@acme.example", tenant: "acme", groups: ["staff"], exp: 4e9 };
    expect(await verify(await signToken({ ...claims, scope: "openid chat chat:all" }))).toEqual({
      id: "ann@acme.example",
      tenant: "acme",
      groups: ["staff"],
      scopes: new Set(["chat", "chat:all"]),
      expiresAt: 4e12,
    });
    const plain = await verify(await signToken({ sub: "ann" }));
    expect(plain).toMatchObject({ id: "ann", tenant: undefined, groups: [], scopes: undefined });
  });

  it.each([["openid profile"], [["openid"]], ["Admin"], ["chat:al"], ["admin,chat"], ["toString"]])(
    "with no scope of this service opens what a user has: %j",
    async (scope) => {
      const { scopes } = await verify(await signToken({ sub: "ann", scope }));
      expect(scopes).toEqual(new Set(["chat"]));
    },
  );

  it.each([
    ["has expired", { sub: "ann", exp: 1_000_000 }, /expired/],
    ["is not valid yet", { sub: "ann", nbf: 4e9 }, /nbf/],
    ["names no user", { tenant: "acme" }, /sub/],
    ["names a user who could be a path", { sub: "../bob" }, /sub/],
    ["names a user with a space", { sub: "user ann" }, /sub/],
    ["names a tenant that is none", { sub: "ann", tenant: "acme:bravo" }, /tenant/],
    ["names an empty tenant", { sub: "ann", tenant: "" }, /tenant/],
    ["names no tenant, but has the claim", { sub: "ann", tenant: null }, /tenant/],
    ["names an empty user", { sub: "" }, /sub/],
    ["names a user by a number", { sub: 7 }, /sub/],
    ["has an empty scope", { sub: "ann", scope: "" }, /scope/],
    ["has a blank scope", { sub: "ann", scope: " \n" }, /scope/],
    ["has a list of no scopes", { sub: "ann", scope: [] }, /scope/],
    ["has a list of empty scopes", { sub: "ann", scope: [""] }, /scope/],
    ["has a scope that is null", { sub: "ann", scope: null }, /scope/],
    ["has a scope that is an object", { sub: "ann", scope: { admin: true } }, /scope/],
    ["has a scope that is a number", { sub: "ann", scope: 1 }, /scope/],
    ["has groups that are no list", { sub: "ann", groups: "admin" }, /groups/],
    ["has an empty group", { sub: "ann", groups: [""] }, /groups/],
    ["expires at a word", { sub: "ann", exp: "never" }, /exp/],
    ["expires never", { sub: "ann", exp: null }, /exp/],
  ])("is refused that %s", async (_what, claims, why) => {
    await expect(verify(await signToken(claims))).rejects.toMatchObject(refused(why));
  });

  it("is rejected when it is unsigned or signed with another key", async () => {
    const payload = { sub: "ann", exp: 4e9 };
    const forged = [
      forge({ alg: "none" }, payload),
      forge({ alg: "None" }, payload),
      forge({}, payload),
      forge({ alg: "HS256" }, payload),
      forge({ alg: "HS256" }, payload, "AAAA"),
      await signToken(payload, "another-secret-that-is-long-enough"),
      "no.token.atall",
      "no token",
      `${await signToken(payload)}A`,
      "a".repeat(20_000),
    ];
    for (const token of forged) {
      await expect(verify(token), token.slice(0, 80)).rejects.toMatchObject(refused(/rejected/));
    }
  });

  it("is rejected with another or a missing audience or issuer", async () => {
    const strict = tokens({ secret: TOKEN_SECRET, audience: "reprise", issuer: "https://id" });
    const good = { sub: "ann", aud: "reprise", iss: "https://id" };
    expect(await strict.verify(await signToken(good))).toMatchObject({ id: "ann" });
    for (const [claims, why] of [
      [{ ...good, aud: "another" }, /aud/],
      [{ ...good, iss: "https://evil" }, /iss/],
      [{ sub: "ann", iss: "https://id" }, /aud/],
      [{ sub: "ann", aud: "reprise" }, /iss/],
    ] as const) {
      await expect(strict.verify(await signToken(claims))).rejects.toMatchObject(refused(why));
    }
  });
});

describe("a public key", () => {
  const rs256 = tokens({ publicKey });

  it("verifies only tokens signed with its private key", async () => {
    expect(await rs256.verify(await signWith(pair.privateKey, { alg: "RS256" }))).toMatchObject({
      id: "ann",
    });
    const stranger = await signWith(other.privateKey, { alg: "RS256" });
    await expect(rs256.verify(stranger)).rejects.toMatchObject(refused(/signature/));
  });

  it("is never used as a shared secret", async () => {
    const confused = await signToken({ sub: "ann" }, publicKey);
    await expect(rs256.verify(confused)).rejects.toMatchObject(refused(/algorithm/));
    const both = tokens({ publicKey, secret: TOKEN_SECRET });
    await expect(both.verify(confused)).rejects.toMatchObject(refused(/signature/));
  });
});

describe("a key set", () => {
  let server: Server;
  let url = "";
  let fetches = 0;
  let answer: "keys" | "nonsense" | "never" | 500 = "keys";
  beforeAll(async () => {
    const jwk = { ...(await exportJWK(pair.publicKey)), kid: "one", alg: "RS256", use: "sig" };
    server = createServer((_request, response) => {
      fetches += 1;
      if (answer === "never") return;
      response.statusCode = answer === 500 ? 500 : 200;
      response.end(answer === "keys" ? JSON.stringify({ keys: [jwk] }) : "<html>");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${Object(server.address()).port}/jwks.json`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const token = (kid: string) => signWith(pair.privateKey, { alg: "RS256", kid });

  it("is fetched once for many tokens", async () => {
    answer = "keys";
    const { verify } = tokens({ jwksUrl: url });
    fetches = 0;
    for (let times = 0; times < 5; times += 1) {
      expect(await verify(await token("one"))).toMatchObject({ id: "ann" });
    }
    expect(fetches).toBe(1);
  });

  it("is not fetched repeatedly for unknown keys", async () => {
    answer = "keys";
    const { verify } = tokens({ jwksUrl: url });
    await verify(await token("one"));
    fetches = 0;
    for (let times = 0; times < 5; times += 1) {
      await expect(verify(await token(`made-up-${times}`))).rejects.toMatchObject(
        refused(/key is unknown/),
      );
    }
    expect(fetches).toBe(0);
  });

  it("does not verify tokens signed with a shared secret", async () => {
    answer = "keys";
    const { verify } = tokens({ jwksUrl: url });
    await expect(verify(await signToken({ sub: "ann" }, publicKey))).rejects.toMatchObject(
      refused(/algorithm/),
    );
  });

  it.each(["nonsense", 500, "never"] as const)(
    "that cannot be fetched (%s) rejects all tokens, and is fetched again later",
    async (kind) => {
      answer = kind;
      const { verify } = tokens({ jwksUrl: url });
      await expect(verify(await token("one"))).rejects.toMatchObject(refused(/key cannot/));
      answer = "keys";
      expect(await verify(await token("one"))).toMatchObject({ id: "ann" });
    },
  );

  it("of an unavailable server rejects all tokens", async () => {
    const { verify } = tokens({ jwksUrl: "http://127.0.0.1:1/jwks.json" });
    await expect(verify(await token("one"))).rejects.toMatchObject(refused(/key cannot/));
  });
});
