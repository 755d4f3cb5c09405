import { readProfile } from "../profiles/profile-schema.ts";
import type { ProfileStore, StoredProfile } from "../profiles/types.ts";
import type { Records } from "./tables.ts";

/** Placeholder in a row that `write` inserts only to lock it. */
const NOTHING_YET = "";

/** Profiles in the database. */
export function createSqlProfiles(records: Records): ProfileStore {
  return {
    async get({ tenant, userId }) {
      const row = await records
        .selectFrom("profiles")
        .select(["profile", "owner"])
        .where("tenant", "=", tenant)
        .where("user_id", "=", userId)
        .executeTakeFirst();
      return row === undefined ? undefined : toStored(row);
    },

    change: (change) => records.transaction().execute((transaction) => write(transaction, change)),

    async remove({ tenant, userId, owner }) {
      const deleted = await records
        .deleteFrom("profiles")
        .where("tenant", "=", tenant)
        .where("user_id", "=", userId)
        .where("owner", owner === null ? "is" : "=", owner)
        .executeTakeFirst();
      return deleted.numDeletedRows > 0n;
    },
  };
}

/**
 * Reads, changes and writes a profile in one transaction. The upsert locks the row, and inserts it
 * if it is missing, so concurrent changes are serialised.
 */
async function write(
  records: Records,
  { tenant, userId, now, next }: Parameters<ProfileStore["change"]>[0],
): Promise<StoredProfile> {
  const before = await records
    .insertInto("profiles")
    .values({ tenant, user_id: userId, profile: NOTHING_YET, updated_at: now, owner: null })
    .onConflict((conflict) =>
      conflict.columns(["tenant", "user_id"]).doUpdateSet({ updated_at: now }),
    )
    .returning(["profile", "owner"])
    .executeTakeFirstOrThrow();
  const stored = next(before.profile === NOTHING_YET ? undefined : toStored(before));
  await records
    .updateTable("profiles")
    .set({ profile: JSON.stringify(stored.profile), owner: stored.owner })
    .where("tenant", "=", tenant)
    .where("user_id", "=", userId)
    .execute();
  return stored;
}

function toStored({ profile, owner }: { profile: string; owner: string | null }): StoredProfile {
  return { profile: readProfile(profile), owner };
}
