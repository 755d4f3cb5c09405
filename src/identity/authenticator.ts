import { createHash, timingSafeEqual } from "node:crypto";
import type { Config } from "../config.ts";
import type { ApiKey } from "./api-keys.ts";
import { RepriseError } from "../errors.ts";
import { ownerOfKey, ownerOfUser } from "./owner-names.ts";
import { narrowScopes, seesTenant } from "./scopes.ts";
import type {
  Authenticator,
  Credentials,
  Principal,
  Reader,
  Scope,
  UserClaims,
  UserTokens,
} from "./types.ts";

/** Tenant of requests whose key or token names none. */
const DEFAULT_TENANT = "default";

/** Without configured keys, every local caller has full access to the tenant `default`. */
const ANYBODY: Principal = {
  tenant: DEFAULT_TENANT,
  name: "anonymous",
  scopes: new Set<Scope>(["chat", "admin"]),
  user: undefined,
  owner: undefined,
  seesTenant: true,
  seesUnowned: true,
  reader: { groups: [], readsAll: true },
};
const CHAT: ReadonlySet<Scope> = new Set(["chat"]);

/** The shape of a signed token (three base64url parts), to tell it from an API key. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/**
 * Authenticates callers by API key and, if configured, by signed user tokens.
 *
 * @param tokens undefined: no keys to verify user tokens are configured
 */
export function createAuthenticator(
  { apiKeys, jwt }: Pick<Config, "apiKeys" | "jwt">,
  tokens: UserTokens | undefined,
): Authenticator {
  const standAlone = jwt?.issuer !== undefined;
  const isConfigured = apiKeys.length > 0 || standAlone;
  const onlyKeys = findOnlyKeys(apiKeys);

  async function verify(token: string): Promise<UserClaims> {
    if (tokens !== undefined) return tokens.verify(token);
    throw unauthorized("User tokens are not configured on this server; omit X-User-Token.");
  }

  /** Authenticates by user token alone, without an API key. */
  async function identifyUser(token: string): Promise<Principal> {
    const claims = await verify(token);
    return toUser(claims, {
      tenant: claims.tenant ?? DEFAULT_TENANT,
      name: claims.id,
      scopes: claims.scopes ?? CHAT,
      reader: undefined,
    });
  }

  function ofKey(key: ApiKey): Principal {
    return {
      tenant: key.tenant,
      name: key.name,
      scopes: key.scopes,
      user: undefined,
      owner: ownerOfKey(key.name),
      seesTenant: seesTenant(key.scopes),
      seesUnowned: onlyKeys.has(key),
      reader: { groups: key.groups, readsAll: key.scopes.has("admin") },
    };
  }

  return {
    isConfigured,
    async identify({ bearer, userToken }) {
      if (!isConfigured) return userToken === undefined ? ANYBODY : identifyUser(userToken);
      const key = findKey(apiKeys, bearer);
      if (key === undefined) {
        const token = standAlone ? onlyToken({ bearer, userToken }) : undefined;
        if (token === undefined) throw unknownKey(bearer);
        return identifyUser(token);
      }
      const principal = ofKey(key);
      return userToken === undefined ? principal : onBehalf(principal, await verify(userToken));
    },
  };
}

/**
 * In a tenant that has documents with groups, a caller who may not read all documents has at most the scope `chat`:
 * other people's conversations and the administration contain answers made from any document.
 *
 * @param hasGroups whether documents of the tenant have groups; if this cannot be read, they count as having some
 */
export function limitToReadable(
  inner: Authenticator,
  hasGroups: (tenant: string) => Promise<boolean>,
): Authenticator {
  return {
    ...inner,
    async identify(credentials) {
      const caller = await inner.identify(credentials);
      const { reader, scopes, tenant } = caller;
      if (!caller.seesTenant || reader?.readsAll === true) return caller;
      if (!(await hasGroups(tenant).catch(() => true))) return caller;
      const own = new Set([...scopes].filter((scope) => scope === "chat"));
      return { ...caller, scopes: own, seesTenant: false };
    },
  };
}

/** The user token, from either header; undefined if both headers are set. */
function onlyToken({ bearer, userToken }: Credentials): string | undefined {
  if (bearer !== undefined && userToken !== undefined) return undefined;
  const token = bearer ?? userToken;
  return token !== undefined && TOKEN.test(token) ? token : undefined;
}

/** A user behind an API key: in the key's tenant, with at most the key's scopes. */
function onBehalf(key: Principal, claims: UserClaims): Principal {
  if (claims.tenant !== undefined && claims.tenant !== key.tenant) {
    throw unauthorized("The user token is rejected: its tenant is not the API key's tenant.");
  }
  const scopes = narrowScopes(key.scopes, claims.scopes);
  return toUser(claims, { tenant: key.tenant, name: key.name, scopes, reader: key.reader });
}

function toUser(
  { id, groups, expiresAt, scopes }: UserClaims,
  { reader: ofKey, ...base }: Pick<Principal, "tenant" | "name" | "scopes" | "reader">,
): Principal {
  // A user whose token does not ask for `admin` reads as a user, whatever the key in front of it may do.
  const readsAll = base.scopes.has("admin") && scopes?.has("admin") === true;
  return {
    ...base,
    reader: { groups: narrowGroups(groups, ofKey), readsAll },
    user: { id, groups, expiresAt },
    owner: ownerOfUser(id),
    seesTenant: seesTenant(base.scopes),
    seesUnowned: false,
  };
}

/** A key with groups lets its users read at most the documents of these groups. */
function narrowGroups(groups: readonly string[], ofKey: Reader | undefined): readonly string[] {
  if (ofKey === undefined || ofKey.groups.length === 0) return groups;
  return groups.filter((group) => ofKey.groups.includes(group));
}

/** Finds the API key. Compares all hashes, each in constant time. */
function findKey(apiKeys: readonly ApiKey[], key: string | undefined): ApiKey | undefined {
  const hash = createHash("sha256")
    .update(key ?? "")
    .digest();
  const [found] = apiKeys.filter((known) =>
    timingSafeEqual(Buffer.from(known.sha256, "hex"), hash),
  );
  return key === undefined ? undefined : found;
}

/**
 * Keys that are the only one of their tenant. A replaced key keeps its name, so keys of the same
 * name count as one.
 */
function findOnlyKeys(apiKeys: readonly ApiKey[]): ReadonlySet<ApiKey> {
  return new Set(
    apiKeys.filter(({ tenant, name }) =>
      apiKeys.every((other) => other.tenant !== tenant || other.name === name),
    ),
  );
}

function unknownKey(key: string | undefined): RepriseError {
  const problem = key === undefined ? "is missing" : "is not known";
  return unauthorized(`The API key ${problem}; send it as Authorization: Bearer KEY.`);
}

function unauthorized(message: string): RepriseError {
  return new RepriseError("unauthorized", message);
}
