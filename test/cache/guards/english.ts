import { createGuards } from "../../../src/cache/guards/guards.ts";
import { loadGuardLanguages } from "../../../src/cache/guards/load-guards.ts";

/** The English guards as the service has them, for any text. */
export const compare = createGuards(await loadGuardLanguages("data/guards"), () => ({
  detected: "en",
  compared: "en",
}));
