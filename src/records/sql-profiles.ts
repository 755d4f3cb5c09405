import { readProfile } from "../profiles/profile-schema.ts";
import type { Profile, ProfileStore } from "../profiles/types.ts";
import type { Records } from "./database.ts";

/** Profiles in the database. */
export function createSqlProfiles(records: Records): ProfileStore {
  return {
    async get({ tenant, userId }) {
      const row = await records
        .selectFrom("profiles")
        .select("profile")
        .where("tenant", "=", tenant)
        .where("user_id", "=", userId)
        .executeTakeFirst();
      return row === undefined ? undefined : readProfile(row.profile);
    },

    async put({ tenant, userId, profile, now }) {
      const changes = { profile: JSON.stringify(profile), updated_at: now };
      await records
        .insertInto("profiles")
        .values({ tenant, user_id: userId, ...changes })
        .onConflict((conflict) => conflict.columns(["tenant", "user_id"]).doUpdateSet(changes))
        .execute();
    },

    patch: (change) => records.transaction().execute((transaction) => patch(transaction, change)),

    async remove({ tenant, userId }) {
      const deleted = await records
        .deleteFrom("profiles")
        .where("tenant", "=", tenant)
        .where("user_id", "=", userId)
        .executeTakeFirst();
      return deleted.numDeletedRows > 0n;
    },
  };
}

/** The first write makes the profile where there is none, and locks it. */
async function patch(
  records: Records,
  { tenant, userId, fields, now, check }: Parameters<ProfileStore["patch"]>[0],
): Promise<Profile> {
  const before = await records
    .insertInto("profiles")
    .values({ tenant, user_id: userId, profile: "{}", updated_at: now })
    .onConflict((conflict) =>
      conflict.columns(["tenant", "user_id"]).doUpdateSet({ updated_at: now }),
    )
    .returning("profile")
    .executeTakeFirstOrThrow();
  const after = new Map(Object.entries(readProfile(before.profile)));
  for (const [name, value] of Object.entries(fields)) {
    if (value === null) after.delete(name);
    else after.set(name, value);
  }
  const profile = Object.fromEntries(after);
  check?.(profile);
  await records
    .updateTable("profiles")
    .set({ profile: JSON.stringify(profile) })
    .where("tenant", "=", tenant)
    .where("user_id", "=", userId)
    .execute();
  return profile;
}
