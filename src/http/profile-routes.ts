import { Router, type Request, type Response } from "express";
import { z } from "zod";
import { RepriseError } from "../errors.ts";
import { profilePatchSchema, profileSchema } from "../profiles/profile-schema.ts";
import type { Profile, ProfileRequest } from "../profiles/types.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { readJson } from "./middleware/read-json.ts";
import { refuseQuery } from "./middleware/refuse-query.ts";
import { principalOf } from "./request-context.ts";
import { userIdSchema } from "./schemas/common-schemas.ts";
import type { HttpDependencies } from "./types.ts";
import { validate } from "./validate.ts";

const MAX_BODY_BYTES = 256 * 1024;
const pathSchema = z.object({ id: userIdSchema });

/** What is known of users; the prompt is given it. */
export function profileRoutes({ profiles, apiKeys }: HttpDependencies): Router {
  const router = Router();
  const chat = authenticate(apiKeys, "chat or admin");
  const path = "/v1/users/:id/profile";

  router.get(path, chat, async (request, response) => {
    const key = readKey(request, response);
    response.json(found(key, await profiles.read(key)));
  });

  router.put(path, chat, ...readJson(MAX_BODY_BYTES), async (request, response) => {
    const key = readKey(request, response);
    response.json(found(key, await profiles.put(key, toProfile(request.body))));
  });

  router.patch(path, chat, ...readJson(MAX_BODY_BYTES), async (request, response) => {
    const key = readKey(request, response);
    const fields = validate(profilePatchSchema, request.body);
    const check = (profile: Profile) => void toProfile(profile);
    response.json(found(key, await profiles.patch(key, fields, check)));
  });

  router.delete(path, chat, refuseQuery, async (request, response) => {
    const key = readKey(request, response);
    if (!(await profiles.remove(key))) throw unknownProfile(key);
    response.json({ id: key.userId, deleted: true });
  });
  return router;
}

function readKey(request: Request, response: Response): ProfileRequest {
  const { id } = validate(pathSchema, { ...request.params });
  const caller = principalOf(response);
  return { tenant: caller.tenant, userId: id, caller };
}

/** Another's profile is not there. */
function found(key: ProfileRequest, profile: Profile | undefined): Profile {
  if (profile !== undefined) return profile;
  throw unknownProfile(key);
}

function unknownProfile({ userId }: ProfileRequest): RepriseError {
  return new RepriseError("not_found", `There is no profile of the user ${userId}.`);
}

function toProfile(body: unknown): Profile {
  return validate(profileSchema, body);
}
