import { createHash, timingSafeEqual } from "node:crypto";
import type { ApiKey, Config } from "../config.ts";
import { RepriseError } from "../errors.ts";
import { ownerOfKey, ownerOfUser } from "./owner-names.ts";
import { narrowScopes, seesTenant } from "./scopes.ts";
import type {
  Authenticator,
  Credentials,
  Principal,
  Scope,
  UserClaims,
  UserTokens,
} from "./types.ts";

/** Tenant of requests whose key or token names none. */
const DEFAULT_TENANT = "default";

/** With nothing configured everybody on this machine is tenant `default`. */
const ANYBODY: Principal = {
  tenant: DEFAULT_TENANT,
  name: "anonymous",
  scopes: new Set<Scope>(["chat", "admin"]),
  user: undefined,
  owner: undefined,
  seesTenant: true,
  seesUnowned: true,
};
const CHAT: ReadonlySet<Scope> = new Set(["chat"]);

/** Three parts in base64url: a signed token, where a bearer is no key. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/**
 * Knows the callers by their API keys and, where tokens are configured, by their users' signed tokens.
 *
 * @param tokens undefined: no keys to verify tokens with are configured
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
    throw unauthorized("User tokens are not configured here; leave X-User-Token out.");
  }

  /** The token is all there is. */
  async function identifyUser(token: string): Promise<Principal> {
    const claims = await verify(token);
    return toUser(claims, {
      tenant: claims.tenant ?? DEFAULT_TENANT,
      name: claims.id,
      scopes: claims.scopes ?? CHAT,
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

/** The one token that came, in either header. */
function onlyToken({ bearer, userToken }: Credentials): string | undefined {
  if (bearer !== undefined && userToken !== undefined) return undefined;
  const token = bearer ?? userToken;
  return token !== undefined && TOKEN.test(token) ? token : undefined;
}

/** A user who asks through a key: in the key's tenant, with no more than the key opens. */
function onBehalf(key: Principal, claims: UserClaims): Principal {
  if (claims.tenant !== undefined && claims.tenant !== key.tenant) {
    throw unauthorized("The user token is refused: it is of another tenant than the API key.");
  }
  const scopes = narrowScopes(key.scopes, claims.scopes);
  return toUser(claims, { tenant: key.tenant, name: key.name, scopes });
}

function toUser(
  { id, groups, expiresAt }: UserClaims,
  base: Pick<Principal, "tenant" | "name" | "scopes">,
): Principal {
  return {
    ...base,
    user: { id, groups, expiresAt },
    owner: ownerOfUser(id),
    seesTenant: seesTenant(base.scopes),
    seesUnowned: false,
  };
}

/** The owner of a key. All hashes are compared, each in constant time. */
function findKey(apiKeys: readonly ApiKey[], key: string | undefined): ApiKey | undefined {
  const hash = createHash("sha256")
    .update(key ?? "")
    .digest();
  const [found] = apiKeys.filter((known) =>
    timingSafeEqual(Buffer.from(known.sha256, "hex"), hash),
  );
  return key === undefined ? undefined : found;
}

/** Keys whose tenant has no key of another name; a key that is being replaced keeps its name. */
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
