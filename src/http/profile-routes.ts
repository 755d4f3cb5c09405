import { Router, type Request, type Response } from "express";
import { z } from "zod";
import { RepriseError } from "../errors.ts";
import { profilePatchSchema, profileSchema } from "../profiles/profile-schema.ts";
import type { Profile, ProfileKey } from "../profiles/types.ts";
import { authenticate } from "./middleware/authenticate.ts";
import { readJson } from "./middleware/read-json.ts";
import { refuseQuery } from "./middleware/refuse-query.ts";
import { principalOf } from "./request-context.ts";
import { idSchema } from "./schemas/common-schemas.ts";
import type { HttpDependencies } from "./types.ts";
import { validate } from "./validate.ts";

const MAX_BODY_BYTES = 256 * 1024;
const pathSchema = z.object({ id: idSchema });

/** What is known of users; the prompt is given it. */
export function profileRoutes({ profiles, apiKeys }: HttpDependencies): Router {
  const router = Router();
  const chat = authenticate(apiKeys, "chat");
  const path = "/v1/users/:id/profile";

  router.get(path, chat, async (request, response) => {
    const key = readKey(request, response);
    const profile = await profiles.read(key);
    if (profile === undefined) {
      throw new RepriseError("not_found", `There is no profile of the user ${key.userId}.`);
    }
    response.json(profile);
  });

  router.put(path, chat, ...readJson(MAX_BODY_BYTES), async (request, response) => {
    const key = readKey(request, response);
    response.json(await profiles.put(key, toProfile(request.body)));
  });

  router.patch(path, chat, ...readJson(MAX_BODY_BYTES), async (request, response) => {
    const key = readKey(request, response);
    const fields = validate(profilePatchSchema, request.body);
    response.json(await profiles.patch(key, fields, (profile) => void toProfile(profile)));
  });

  router.delete(path, chat, refuseQuery, async (request, response) => {
    const key = readKey(request, response);
    if (!(await profiles.remove(key))) {
      throw new RepriseError("not_found", `There is no profile of the user ${key.userId}.`);
    }
    response.json({ id: key.userId, deleted: true });
  });
  return router;
}

function readKey(request: Request, response: Response): ProfileKey {
  const { id } = validate(pathSchema, { ...request.params });
  return { tenant: principalOf(response).tenant, userId: id };
}

function toProfile(body: unknown): Profile {
  return validate(profileSchema, body);
}
