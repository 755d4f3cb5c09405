/** What a key or a user token opens. `chat:all` includes `chat`. */
export type Scope = "chat" | "chat:all" | "admin";

/** Who asks, as far as it decides what is theirs. */
export interface Caller {
  /** What begins in this caller's name belongs to it: `key:{name}` or `user:{sub}`; undefined: to nobody. */
  readonly owner: string | undefined;
  /** True with `chat:all` or `admin`: everything of the tenant may be read and changed. */
  readonly seesTenant: boolean;
  /** True for the only key of a tenant: it may use what was begun before owners were recorded. */
  readonly seesUnowned: boolean;
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

/** Who sent a request. */
export interface Principal extends Caller {
  readonly tenant: string;
  /** The key's name; the user's id where a token came without a key; `anonymous` where nothing is configured. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Undefined: no user token came. */
  readonly user: User | undefined;
}

/** What a request brings to say who sent it. */
export interface Credentials {
  /** Of `Authorization: Bearer`. */
  readonly bearer: string | undefined;
  /** Of `X-User-Token`. */
  readonly userToken: string | undefined;
}

/** Finds out who asks: by API key, by signed user token, or by both. */
export interface Authenticator {
  /** False: no keys and no issuer of tokens, so that everybody on this machine has all scopes. */
  readonly isConfigured: boolean;
  /** @throws RepriseError `unauthorized` */
  identify(credentials: Credentials): Promise<Principal>;
}

/** The claims of a token whose signature holds. */
export interface UserClaims extends User {
  readonly tenant: string | undefined;
  /** Undefined: the token has no claim `scope`. */
  readonly scopes: ReadonlySet<Scope> | undefined;
}

/** Verifies signed user tokens. */
export interface UserTokens {
  /** @throws RepriseError `unauthorized` with the reason, also when the keys cannot be fetched */
  verify(token: string): Promise<UserClaims>;
}

/** Whose something is. */
export type Ownership =
  | { readonly kind: "unknown" }
  /** There, and from before owners were recorded, or begun where no keys were configured. */
  | { readonly kind: "unowned" }
  | { readonly kind: "owned"; readonly owner: string };
