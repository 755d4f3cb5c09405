/** What is known of a user: a flat object. */
export type Profile = Readonly<Record<string, string | number | boolean>>;

/** Names a user; the same id under two tenants is two users. */
export interface ProfileKey {
  readonly tenant: string;
  readonly userId: string;
}

/** Profiles in the system of record. */
export interface ProfileStore {
  /** Undefined for a user of whom nothing is known. */
  get(key: ProfileKey): Promise<Profile | undefined>;
  put(write: ProfileKey & { profile: Profile; now: number }): Promise<void>;
  /**
   * Changes some fields, null removes one; changes at once all come through.
   *
   * @param change `check` throws when the outcome is not to be
   * @returns the whole profile as it is then
   */
  patch(
    change: ProfileKey & {
      fields: Readonly<Record<string, string | number | boolean | null>>;
      now: number;
      check?: (profile: Profile) => void;
    },
  ): Promise<Profile>;
  /** True when there was one. */
  remove(key: ProfileKey): Promise<boolean>;
}

/**
 * Copies of profiles for the short time between a question and the next, by cache-aside: who finds none
 * asks the record and leaves a copy.
 */
export interface ProfileCache {
  /** Undefined: there is no copy. A copy may say that nothing is known of the user. */
  get(key: ProfileKey): Promise<{ profile: Profile | undefined } | undefined>;
  /** Announces a copy and gives its token: only an announced copy is kept. */
  announce(key: ProfileKey): Promise<string>;
  /** Keeps a copy for its lease, unless the profile was changed after it was announced. */
  keep(key: ProfileKey, token: string, profile: Profile | undefined): Promise<void>;
  /** Removes the copy and what is announced: the profile has changed. */
  remove(key: ProfileKey): Promise<void>;
}

/** Profiles as the rest of the service knows them. */
export interface Profiles {
  /** At most five minutes old where another process cannot reach our copies; never older. */
  read(key: ProfileKey): Promise<Profile | undefined>;
  put(key: ProfileKey, profile: Profile): Promise<Profile>;
  patch(
    key: ProfileKey,
    fields: Readonly<Record<string, string | number | boolean | null>>,
    check: (profile: Profile) => void,
  ): Promise<Profile>;
  remove(key: ProfileKey): Promise<boolean>;
}

/** How long a copy is kept, in seconds. */
export const PROFILE_TTL_SECONDS = 300;
/** How long it is remembered that nothing is known of a user, in seconds. */
export const MISSING_TTL_SECONDS = 30;
