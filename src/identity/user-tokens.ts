import { createPublicKey } from "node:crypto";
import {
  createRemoteJWKSet,
  decodeProtectedHeader,
  errors,
  jwtVerify,
  type JWTPayload,
  type JWTVerifyOptions,
} from "jose";
import { z } from "zod";
import type { Config } from "../config.ts";
import { RepriseError } from "../errors.ts";
import { readScopes } from "./scopes.ts";
import { USER_ID } from "./owner-names.ts";
import type { Scope, UserClaims, UserTokens } from "./types.ts";

/** Timeout for fetching the key set, in milliseconds. */
const FETCH_MS = 3_000;
/** TTL of a fetched key set, in milliseconds. */
const KEYS_MS = 600_000;
/** Minimum interval between fetches caused by unknown key ids, in milliseconds. */
const COOLDOWN_MS = 30_000;
const MAX_TOKEN_CHARACTERS = 8_192;
const MAX_GROUPS = 200;
const USER_SCOPES: ReadonlySet<Scope> = new Set(["chat"]);

const claimsSchema = z.object({
  sub: z.string().regex(USER_ID, "sub must be 1 to 128 letters, digits or _ . @ | : + = ~ -"),
  tenant: z
    .string()
    .regex(/^[\w-]{1,64}$/, "tenant must be 1 to 64 letters, digits, _ or -")
    .optional(),
  groups: z.array(z.string().min(1).max(200)).max(MAX_GROUPS).default([]),
  scope: z
    .union([z.string().transform((list) => list.split(/\s+/)), z.array(z.string())])
    .transform((list) => list.filter((word) => word !== ""))
    .refine((list) => list.length > 0, "scope must name a scope, or be omitted")
    .optional(),
  exp: z.number().optional(),
});

type TokenSettings = NonNullable<Config["jwt"]>;
type Verify = (token: string) => Promise<{ payload: JWTPayload }>;

/**
 * Verifies JSON Web Tokens. Each key only verifies its own algorithms, so a public key is never
 * used as a shared secret, and `none` is never accepted.
 */
export function createUserTokens(settings: TokenSettings): UserTokens {
  const verifiers = createVerifiers(settings);
  return {
    async verify(token) {
      const verify = verifiers.get(algorithmOf(token) ?? "");
      if (verify === undefined) throw refused("its algorithm is not accepted");
      const { payload } = await verify(token).catch((error: unknown) => {
        throw refused(explain(error), error);
      });
      return toClaims(payload);
    },
  };
}

/** Verifiers by the algorithm that a token names; other algorithms are rejected. */
function createVerifiers(settings: TokenSettings): ReadonlyMap<string, Verify> {
  const { secret, publicKey, jwksUrl, audience, issuer } = settings;
  const options = (algorithm: string): JWTVerifyOptions => ({
    algorithms: [algorithm],
    requiredClaims: ["sub"],
    ...(audience !== undefined && { audience }),
    ...(issuer !== undefined && { issuer }),
  });
  const verifiers = new Map<string, Verify>();
  if (jwksUrl !== undefined) {
    const keys = createRemoteJWKSet(new URL(jwksUrl), {
      timeoutDuration: FETCH_MS,
      cacheMaxAge: KEYS_MS,
      cooldownDuration: COOLDOWN_MS,
    });
    for (const algorithm of ["RS256", "ES256"]) {
      verifiers.set(algorithm, (token) => jwtVerify(token, keys, options(algorithm)));
    }
  }
  if (publicKey !== undefined) {
    const key = createPublicKey(publicKey);
    const algorithm = key.asymmetricKeyType === "ec" ? "ES256" : "RS256";
    verifiers.set(algorithm, (token) => jwtVerify(token, key, options(algorithm)));
  }
  if (secret !== undefined) {
    const key = new TextEncoder().encode(secret);
    verifiers.set("HS256", (token) => jwtVerify(token, key, options("HS256")));
  }
  return verifiers;
}

function algorithmOf(token: string): string | undefined {
  if (token.length > MAX_TOKEN_CHARACTERS) throw refused("it is too long");
  try {
    return decodeProtectedHeader(token).alg;
  } catch (error) {
    throw refused("it is not a signed JSON Web Token", error);
  }
}

function toClaims(payload: JWTPayload): UserClaims {
  const parsed = claimsSchema.safeParse(payload);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const claim = issue?.path.join(".") ?? "";
    throw refused(`its claim ${claim} is not valid: ${issue?.message ?? ""}`);
  }
  const { sub, tenant, groups, scope, exp } = parsed.data;
  return {
    id: sub,
    tenant,
    groups,
    scopes: scope && scopesOf(scope),
    expiresAt: exp === undefined ? undefined : exp * 1000,
  };
}

/** A claim with only scopes of other services (`openid`) opens what a user has by default, never what the key opens. */
function scopesOf(words: readonly string[]): ReadonlySet<Scope> {
  const scopes = readScopes(words);
  return scopes.size === 0 ? USER_SCOPES : scopes;
}

/** Explains what to check, without revealing the token or keys. */
function explain(error: unknown): string {
  if (error instanceof errors.JWTExpired) return "it has expired";
  if (error instanceof errors.JWTClaimValidationFailed) return `its claim ${error.claim} is wrong`;
  if (error instanceof errors.JWSSignatureVerificationFailed) return "its signature is wrong";
  if (error instanceof errors.JWKSNoMatchingKey) return "its key is unknown";
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) {
    return "it is not a signed JSON Web Token";
  }
  return "its key cannot be fetched or used";
}

function refused(why: string, cause?: unknown): RepriseError {
  return new RepriseError("unauthorized", `The user token is rejected: ${why}.`, { cause });
}
