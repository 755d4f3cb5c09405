/** Permissions of a key or user token. `chat:all` includes `chat`. */
export type Scope = "chat" | "chat:all" | "admin";

/** Which documents a caller may read: those without groups, and those of these groups. */
export interface Reader {
  readonly groups: readonly string[];
  /** With the scope `admin`: all documents of the tenant. */
  readonly readsAll: boolean;
}

/** The part of a caller's identity that decides access. */
export interface Caller {
  /** Owner of what this caller creates: `key:{name}` or `user:{sub}`; undefined: none. */
  readonly owner: string | undefined;
  /** True with `chat:all` or `admin`: may read and change everything in the tenant. */
  readonly seesTenant: boolean;
  /** True for the only key of a tenant: may use what was created before owners were recorded. */
  readonly seesUnowned: boolean;
  /** Undefined: only documents without groups. */
  readonly reader?: Reader | undefined;
}

/** The person behind a signed user token. */
export interface User {
  /** The claim `sub`. */
  readonly id: string;
  /** The claim `groups`. */
  readonly groups: readonly string[];
  /** Milliseconds since the epoch; undefined: the token does not expire. */
  readonly expiresAt: number | undefined;
}

/** An authenticated caller. */
export interface Principal extends Caller {
  readonly tenant: string;
  /** Name of the key; the user id if only a token was sent; `anonymous` if nothing is configured. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Undefined without a user token. */
  readonly user: User | undefined;
}

/** The credentials of a request. */
export interface Credentials {
  /** From `Authorization: Bearer`. */
  readonly bearer: string | undefined;
  /** From `X-User-Token`. */
  readonly userToken: string | undefined;
}

/** Authenticates requests by API key, signed user token, or both. */
export interface Authenticator {
  /** False without API keys and token issuer: every local caller then has all scopes. */
  readonly isConfigured: boolean;
  /** @throws RepriseError `unauthorized` */
  identify(credentials: Credentials): Promise<Principal>;
}

/** The claims of a verified token. */
export interface UserClaims extends User {
  readonly tenant: string | undefined;
  /** Undefined if the token has no `scope` claim. */
  readonly scopes: ReadonlySet<Scope> | undefined;
}

/** Verifies signed user tokens. */
export interface UserTokens {
  /** @throws RepriseError `unauthorized` with the reason, also when the keys cannot be fetched */
  verify(token: string): Promise<UserClaims>;
}

/** Ownership of a resource. */
export type Ownership =
  | { readonly kind: "unknown" }
  /** Exists, but was created before owners were recorded or without configured keys. */
  | { readonly kind: "unowned" }
  | { readonly kind: "owned"; readonly owner: string };
