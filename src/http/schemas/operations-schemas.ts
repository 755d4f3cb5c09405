import { z } from "zod";

export const livenessSchema = z.object({ status: z.literal("ok") }).meta({ id: "Liveness" });

export const readinessSchema = z
  .object({ status: z.enum(["ok", "not ready"]), parts: z.record(z.string(), z.string()) })
  .meta({ id: "Readiness" });

export const openApiSchema = z.looseObject({ openapi: z.string() });
