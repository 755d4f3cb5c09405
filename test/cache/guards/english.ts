import { createGuards } from "../../../src/cache/guards/guards.ts";
import { loadGuardLanguage } from "../../../src/cache/guards/load-guards.ts";

/** The guards as the service has them. */
export const compare = createGuards(await loadGuardLanguage("data/guards/en.json"));
