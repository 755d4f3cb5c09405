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

/** A chat that its client holds; Open WebUI's names. */
export const chatHeaderSchema = cacheControlHeaderSchema.extend({
  "X-OpenWebUI-Chat-Id": z.string().optional().meta({
    description: "The client's chat: the same messages again in it ask for another answer",
  }),
  "X-OpenWebUI-Message-Id": z.string().optional().meta({
    description: "The message that the answer becomes: the same one again is the same request",
  }),
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

/** On every reply. */
export const replyHeadersSchema = z.object({
  "X-Request-Id": z
    .string()
    .regex(/^[\w.-]{1,128}$/)
    .meta({ description: "Names the request in the log" }),
});

const whole = z.string().regex(/^\d+$/);

/** On replies of routes whose rate is limited, where there is a limit. */
export const rateHeadersSchema = z.object({
  "x-ratelimit-limit-requests": whole.optional(),
  "x-ratelimit-remaining-requests": whole.optional(),
  "x-ratelimit-reset-requests": z
    .string()
    .regex(/^\d+s$/)
    .optional(),
});

/** On refusals that end by themselves. */
export const retryHeadersSchema = z.object({
  "Retry-After": whole.optional().meta({ description: "Seconds after which to try again" }),
});

/** On answers, in JSON and as streams. */
export const cacheReplyHeadersSchema = z.object({
  "Cache-Status": z
    .string()
    .regex(/^reprise; /)
    .optional()
    .meta({ description: "RFC 9211" }),
  "X-Cache": z
    .enum(["HIT", "SEMANTIC_HIT", "VERIFIED_HIT", "MISS", "BYPASS", "REFRESH", "DISABLED"])
    .optional(),
  "X-Cache-Similarity": z
    .string()
    .regex(/^-?\d\.\d{4}$/)
    .optional(),
  Age: whole.optional().meta({ description: "Of a stored answer, in seconds" }),
  "Idempotent-Replayed": z.literal("true").optional(),
});
