import { RepriseError } from "../../errors.ts";
import { profilePatchSchema, profileSchema } from "../../profiles/profile-schema.ts";
import type { Profile, ProfileRequest } from "../../profiles/types.ts";
import { defineRoute } from "../define-route.ts";
import { json } from "../described-body.ts";
import { readJson, validate } from "../validate.ts";
import { deletedSchema } from "../schemas/chat-schemas.ts";
import { noQuerySchema } from "../schemas/parameter-schemas.ts";

const MAX_BODY_BYTES = 256 * 1024;

/** User profiles, which are part of the prompt. */
export const PROFILE_ROUTES = [
  defineRoute({
    method: "get",
    path: "/v1/users/{id}/profile",
    summary: "What is known of a user",
    scope: "chat or admin",
    access: "profile",
    replies: { 200: json(profileSchema) },
    handle:
      ({ profiles }) =>
      async ({ resource: key, response }) => {
        response.json(found(key, await profiles.read(key)));
      },
  }),
  defineRoute({
    method: "put",
    path: "/v1/users/{id}/profile",
    summary: "Replace what is known of a user",
    scope: "chat or admin",
    access: "profile",
    body: profileSchema,
    replies: { 200: json(profileSchema) },
    before: () => readJson(MAX_BODY_BYTES),
    handle:
      ({ profiles }) =>
      async ({ resource: key, body, response }) => {
        response.json(found(key, await profiles.put(key, body)));
      },
  }),
  defineRoute({
    method: "patch",
    path: "/v1/users/{id}/profile",
    summary: "Change some of what is known of a user; null removes a field",
    scope: "chat or admin",
    access: "profile",
    body: profilePatchSchema,
    replies: { 200: json(profileSchema) },
    before: () => readJson(MAX_BODY_BYTES),
    handle:
      ({ profiles }) =>
      async ({ resource: key, body, response }) => {
        const check = (profile: Profile) => void validate(profileSchema, profile);
        response.json(found(key, await profiles.patch(key, body, check)));
      },
  }),
  defineRoute({
    method: "delete",
    path: "/v1/users/{id}/profile",
    summary: "Forget what is known of a user",
    scope: "chat or admin",
    access: "profile",
    query: noQuerySchema,
    replies: { 200: json(deletedSchema) },
    handle:
      ({ profiles }) =>
      async ({ resource: key, response }) => {
        if (!(await profiles.remove(key))) throw unknownProfile(key);
        response.json({ id: key.userId, deleted: true });
      },
  }),
];

/** Another user's profile is 404, as a missing one. */
function found(key: ProfileRequest, profile: Profile | undefined): Profile {
  if (profile !== undefined) return profile;
  throw unknownProfile(key);
}

function unknownProfile({ userId }: ProfileRequest): RepriseError {
  return new RepriseError("not_found", `There is no profile of the user ${userId}.`);
}
