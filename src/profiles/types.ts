import type { Caller } from "../identity/types.ts";

/** The profile of a user: a flat object. */
export type Profile = Readonly<Record<string, string | number | boolean>>;

/** Identifies a user. The same id in two tenants is two users. */
export interface ProfileKey {
  readonly tenant: string;
  readonly userId: string;
}

/** A profile and its owner; null if it was written before owners were recorded. */
export interface StoredProfile {
  readonly profile: Profile;
  readonly owner: string | null;
}

/** Profiles in the database. */
export interface ProfileStore {
  /** Undefined for a user without a profile. */
  get(key: ProfileKey): Promise<StoredProfile | undefined>;
  /**
   * Changes a profile by `next`. Concurrent changes are all applied, one after the other.
   *
   * @param change an error thrown by `next` aborts the change
   */
  change(
    change: ProfileKey & {
      now: number;
      next: (current: StoredProfile | undefined) => StoredProfile;
    },
  ): Promise<StoredProfile>;
  /** Deletes a profile of this owner. Returns true if there was one. */
  remove(key: ProfileKey & { owner: string | null }): Promise<boolean>;
}

/** Cached profiles, by cache-aside: a reader that finds no copy reads the database and stores one. */
export interface ProfileCache {
  /** Undefined without a copy. A copy may state that the user has no profile. */
  get(key: ProfileKey): Promise<{ stored: StoredProfile | undefined } | undefined>;
  /** Announces a copy and returns its token. Only announced copies are stored. */
  announce(key: ProfileKey): Promise<string>;
  /** Stores a copy with a TTL, unless the profile was changed since it was announced. */
  keep(key: ProfileKey, token: string, stored: StoredProfile | undefined): Promise<void>;
  /** Deletes the copy and any announcement, because the profile changed. */
  remove(key: ProfileKey): Promise<void>;
}

/** A profile and its caller; without a caller, access is unrestricted. */
export interface ProfileRequest extends ProfileKey {
  readonly caller?: Caller | undefined;
}

/** Access to profiles. A profile that the caller may not use does not exist for them. */
export interface Profiles {
  /**
   * Reads a profile. It is at most five minutes old if another process could not delete its cached
   * copy.
   */
  read(request: ProfileRequest): Promise<Profile | undefined>;
  /** Replaces a profile. Returns undefined if it belongs to another caller. */
  put(request: ProfileRequest, profile: Profile): Promise<Profile | undefined>;
  /**
   * Changes fields; null removes one.
   *
   * @param check throws if the resulting profile is invalid
   */
  patch(
    request: ProfileRequest,
    fields: Readonly<Record<string, string | number | boolean | null>>,
    check: (profile: Profile) => void,
  ): Promise<Profile | undefined>;
  remove(request: ProfileRequest): Promise<boolean>;
}

/** TTL of a cached profile, in seconds. */
export const PROFILE_TTL_SECONDS = 300;
/** TTL of the information that a user has no profile, in seconds. */
export const MISSING_TTL_SECONDS = 30;
