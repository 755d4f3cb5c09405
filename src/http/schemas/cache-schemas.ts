import { z } from "zod";
import { moneySchema } from "./common-schemas.ts";

export const cacheStatsQuerySchema = z.object({
  limit: z.coerce
    .number("must be a whole number from 1 to 100")
    .int("must be a whole number from 1 to 100")
    .min(1, "must be from 1 to 100")
    .max(100, "must be from 1 to 100")
    .default(20),
});

export const cacheStatsSchema = z
  .object({
    most_asked: z.array(z.object({ question: z.string(), times: z.int().positive() })).meta({
      description: "By how often they came, the stored answers included; highest first",
    }),
    most_saved: z.array(z.object({ question: z.string(), saved: moneySchema })).meta({
      description: "By what their stored answers saved",
    }),
  })
  .meta({ id: "CacheStats" });
