import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config.ts";
import { createAuthenticator } from "../../src/identity/authenticator.ts";
import { createUserTokens } from "../../src/identity/user-tokens.ts";
import { keyEntry, signToken, TOKEN_SECRET } from "../support/user-tokens.ts";

function open(environment: Record<string, string>) {
  const config = readConfig(environment);
  return createAuthenticator(config, config.jwt && createUserTokens(config.jwt));
}

const KEYS = [
  keyEntry("web", "acme", "chat"),
  keyEntry("ops", "acme", "chat+admin"),
  keyEntry("all", "acme", "chat:all"),
  keyEntry("solo", "globex", "chat"),
].join(",");
const bearer = (name: string) => `secret-${name}`;
const NO_TOKEN = { userToken: undefined };

describe("the caller", () => {
  it("is the API key without a user, and owns what it creates", async () => {
    const keys = open({ API_KEYS: KEYS });
    expect(await keys.identify({ bearer: bearer("web"), ...NO_TOKEN })).toMatchObject({
      tenant: "acme",
      name: "web",
      owner: "key:web",
      seesTenant: false,
      seesUnowned: false,
    });
    expect(await keys.identify({ bearer: bearer("all"), ...NO_TOKEN })).toMatchObject({
      scopes: new Set(["chat:all", "chat"]),
      seesTenant: true,
    });
    expect(await keys.identify({ bearer: bearer("ops"), ...NO_TOKEN })).toMatchObject({
      seesTenant: true,
    });
    expect(await keys.identify({ bearer: bearer("solo"), ...NO_TOKEN })).toMatchObject({
      seesTenant: false,
      seesUnowned: true,
    });
  });

  it("is the user of a token, in the key's tenant and within the key's scopes", async () => {
    const keys = open({ API_KEYS: KEYS, JWT_SECRET: TOKEN_SECRET });
    const by = async (name: string, claims: object) =>
      keys.identify({
        bearer: bearer(name),
        userToken: await signToken({ sub: "ann", ...claims }),
      });
    expect(await by("web", {})).toMatchObject({
      tenant: "acme",
      name: "web",
      owner: "user:ann",
      scopes: new Set(["chat"]),
      seesTenant: false,
      seesUnowned: false,
    });
    expect(await by("ops", { scope: "chat" })).toMatchObject({
      scopes: new Set(["chat"]),
      seesTenant: false,
    });
    expect((await by("web", { scope: "admin" })).scopes).toEqual(new Set());
    expect((await by("web", { scope: "chat:all" })).scopes).toEqual(new Set(["chat"]));
    await expect(by("web", { tenant: "globex" })).rejects.toThrow("its tenant is not");
    expect(await by("web", { tenant: "acme" })).toMatchObject({ tenant: "acme" });
  });

  it("is rejected with only a user token, a wrong key, or a token when none are configured", async () => {
    const userToken = await signToken({ sub: "ann" });
    const withTokens = open({ API_KEYS: KEYS, JWT_SECRET: TOKEN_SECRET });
    await expect(withTokens.identify({ bearer: undefined, userToken })).rejects.toThrow("missing");
    await expect(withTokens.identify({ bearer: userToken, userToken })).rejects.toThrow(
      "not known",
    );
    await expect(withTokens.identify({ bearer: "wrong", userToken })).rejects.toThrow("not known");
    const without = open({ API_KEYS: KEYS });
    await expect(without.identify({ bearer: bearer("web"), userToken })).rejects.toThrow(
      "not configured",
    );
  });

  it("is the user of a token without a key when an issuer is configured", async () => {
    const environment = { JWT_SECRET: TOKEN_SECRET, JWT_ISSUER: "https://id.example" };
    const claims = { sub: "ann", iss: "https://id.example" };
    const open_ = open(environment);
    expect(open_.isConfigured).toBe(true);
    const token = await signToken({ ...claims, tenant: "acme", groups: ["staff"] });
    const ann = { tenant: "acme", name: "ann", owner: "user:ann", scopes: new Set(["chat"]) };
    expect(await open_.identify({ bearer: token, userToken: undefined })).toMatchObject(ann);
    expect(await open_.identify({ bearer: undefined, userToken: token })).toMatchObject(ann);
    const admin = await signToken({ ...claims, scope: "chat admin" });
    expect(await open_.identify({ bearer: admin, userToken: undefined })).toMatchObject({
      tenant: "default",
      seesTenant: true,
    });
    await expect(open_.identify({ bearer: token, userToken: token })).rejects.toThrow("not known");
    await expect(open_.identify({ bearer: undefined, userToken: undefined })).rejects.toThrow(
      "missing",
    );
  });

  it("has all scopes when nothing is configured, and only the user's with a token", async () => {
    const everybody = open({ JWT_SECRET: TOKEN_SECRET });
    expect(everybody.isConfigured).toBe(false);
    expect(await everybody.identify({ bearer: undefined, userToken: undefined })).toMatchObject({
      name: "anonymous",
      seesTenant: true,
      owner: undefined,
    });
    const userToken = await signToken({ sub: "ann" });
    expect(await everybody.identify({ bearer: undefined, userToken })).toMatchObject({
      owner: "user:ann",
      seesTenant: false,
    });
  });
});
