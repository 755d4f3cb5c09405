import { z } from "zod";

export const requestIdHeaderSchema = z.object({
  "X-Request-Id": z
    .string()
    .optional()
    .meta({ description: "Comes back if it is 1 to 128 letters, digits, _, . or -" }),
});

export const cacheControlHeaderSchema = z.object({
  "Cache-Control": z
    .string()
    .optional()
    .meta({ description: "no-store, no-cache, only-if-cached or max-age=SECONDS" }),
});

export const idempotencyHeaderSchema = z.object({
  "Idempotency-Key": z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, "must have 1 to 255 visible ASCII characters")
    .optional()
    .meta({ description: "The same key and body give the same reply for 24 hours" }),
});

export const lastEventHeaderSchema = z.object({
  "Last-Event-ID": z
    .int()
    .nonnegative()
    .optional()
    .meta({ description: "The last event that came; none: all from the first" }),
});
