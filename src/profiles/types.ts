import type { Caller } from "../identity/types.ts";

/** What is known of a user: a flat object. */
export type Profile = Readonly<Record<string, string | number | boolean>>;

/** Names a user; the same id under two tenants is two users. */
export interface ProfileKey {
  readonly tenant: string;
  readonly userId: string;
}

/** A profile with whose it is; a null owner is from before owners were recorded. */
export interface StoredProfile {
  readonly profile: Profile;
  readonly owner: string | null;
}

/** Profiles in the system of record. */
export interface ProfileStore {
  /** Undefined for a user of whom nothing is known. */
  get(key: ProfileKey): Promise<StoredProfile | undefined>;
  /**
   * Writes what `next` makes of the profile that is there; changes at once all come through, one after
   * the other.
   *
   * @param change what `next` throws leaves everything as it is
   */
  change(
    change: ProfileKey & {
      now: number;
      next: (current: StoredProfile | undefined) => StoredProfile;
    },
  ): Promise<StoredProfile>;
  /** Removes a profile of this owner; true when there was one. */
  remove(key: ProfileKey & { owner: string | null }): Promise<boolean>;
}

/**
 * Copies of profiles for the short time between a question and the next, by cache-aside: who finds none
 * asks the record and leaves a copy.
 */
export interface ProfileCache {
  /** Undefined: there is no copy. A copy may say that nothing is known of the user. */
  get(key: ProfileKey): Promise<{ stored: StoredProfile | undefined } | undefined>;
  /** Announces a copy and gives its token: only an announced copy is kept. */
  announce(key: ProfileKey): Promise<string>;
  /** Keeps a copy for its lease, unless the profile was changed after it was announced. */
  keep(key: ProfileKey, token: string, stored: StoredProfile | undefined): Promise<void>;
  /** Removes the copy and what is announced: the profile has changed. */
  remove(key: ProfileKey): Promise<void>;
}

/** Names a profile, and who wants it; no caller: whoever may see everything. */
export interface ProfileRequest extends ProfileKey {
  readonly caller?: Caller | undefined;
}

/** Profiles as the rest of the service knows them; to a caller another's profile is not there. */
export interface Profiles {
  /** At most five minutes old where another process cannot reach our copies; never older. */
  read(request: ProfileRequest): Promise<Profile | undefined>;
  /** Undefined where another has a profile of this user. */
  put(request: ProfileRequest, profile: Profile): Promise<Profile | undefined>;
  /** The same; null removes a field. @param check throws when the outcome is not to be */
  patch(
    request: ProfileRequest,
    fields: Readonly<Record<string, string | number | boolean | null>>,
    check: (profile: Profile) => void,
  ): Promise<Profile | undefined>;
  remove(request: ProfileRequest): Promise<boolean>;
}

/** How long a copy is kept, in seconds. */
export const PROFILE_TTL_SECONDS = 300;
/** How long it is remembered that nothing is known of a user, in seconds. */
export const MISSING_TTL_SECONDS = 30;
