import { z } from "zod";
import { idSchema, userIdSchema } from "./common-schemas.ts";

/** Server-generated ids of messages, cache entries and lookups. */
const madeIdSchema = z
  .string()
  .regex(/^[\x21-\x7e]{1,200}$/, "must have 1 to 200 visible ASCII characters")
  .meta({ description: "Id from a reply or a listing" });

const userPath = z.object({ id: userIdSchema });
const ownPath = z.object({ id: idSchema });
const madePath = z.object({ id: madeIdSchema });
const version = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, "must be the number of a version")
  .transform(Number);
/** Of a version of a document. */
export const versionPathSchema = ownPath.extend({ version });

type PathSchema = typeof userPath | typeof ownPath | typeof madePath;

/** The schema of the parameters in a path: client-chosen ids have a fixed form, others are looked up. */
export function pathSchema(path: string): PathSchema {
  if (path.includes("/versions/")) return versionPathSchema;
  if (path.startsWith("/v1/users/")) return userPath;
  return /^\/v1\/(?:conversations|documents|ui\/chat)\//.test(path) ? ownPath : madePath;
}

const MAX_LIMIT = 100;

/** A number in a query string. */
export function numberInQuery<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess(
    (value) => (typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value),
    schema,
  );
}

/** Maximum rows of a reply. */
export function limitSchema(usual: number) {
  const message = `must be a whole number from 1 to ${MAX_LIMIT}`;
  return numberInQuery(z.int(message).min(1, message).max(MAX_LIMIT, message).default(usual));
}

export const listQuerySchema = z.strictObject({
  limit: limitSchema(50),
  cursor: z.string().max(500).optional().meta({ description: "next_cursor of the previous page" }),
});

/** For routes without query parameters: an unknown one may be meant as a filter. */
export const noQuerySchema = z.strictObject({});

export const requestIdHeaderSchema = z.object({
  "X-Request-Id": z.string().optional().meta({
    description:
      "Id of the request. Returned as given if it has 1 to 128 letters, digits, _, . or -",
  }),
});

export const cacheControlHeaderSchema = z.object({
  "Cache-Control": z
    .string()
    .optional()
    .meta({ description: "no-store, no-cache, only-if-cached or max-age=SECONDS" }),
});

/** Headers of a client-side chat, as Open WebUI sends them. */
export const chatHeaderSchema = cacheControlHeaderSchema.extend({
  "X-OpenWebUI-Chat-Id": z.string().optional().meta({
    description:
      "Id of the client's chat. Repeating the same messages in it asks for another answer",
  }),
  "X-OpenWebUI-Message-Id": z.string().optional().meta({
    description: "Id of the client's message for this answer. A repeated id is the same request",
  }),
});

export const idempotencyHeaderSchema = z.object({
  "Idempotency-Key": z
    .string()
    .regex(/^[\x21-\x7e]{1,255}$/, "must have 1 to 255 visible ASCII characters")
    .optional()
    .meta({
      description:
        "A repeated request with this key and the same body gets the same reply for 24 hours",
    }),
});

export const lastEventHeaderSchema = z.object({
  "Last-Event-ID": z
    .int()
    .nonnegative()
    .optional()
    .meta({ description: "Last event received. Default: all events from the first" }),
});

/** On every reply. */
export const replyHeadersSchema = z.object({
  "X-Request-Id": z
    .string()
    .regex(/^[\w.-]{1,128}$/)
    .meta({ description: "Id of the request, as in the log" }),
});

const whole = z.string().regex(/^\d+$/);

/** On replies of rate-limited routes, if a limit is set. */
export const rateHeadersSchema = z.object({
  "x-ratelimit-limit-requests": whole.optional(),
  "x-ratelimit-remaining-requests": whole.optional(),
  "x-ratelimit-reset-requests": z
    .string()
    .regex(/^\d+s$/)
    .optional(),
});

/** On errors that are temporary. */
export const retryHeadersSchema = z.object({
  "Retry-After": whole.optional().meta({ description: "Seconds to wait before a retry" }),
});

/** On answers, as JSON and as streams. */
export const cacheReplyHeadersSchema = z.object({
  "Cache-Status": z
    .string()
    .regex(/^reprise; /)
    .optional()
    .meta({ description: "Cache result by RFC 9211" }),
  "X-Cache": z
    .enum(["HIT", "SEMANTIC_HIT", "VERIFIED_HIT", "MISS", "BYPASS", "REFRESH", "DISABLED"])
    .optional(),
  "X-Cache-Similarity": z
    .string()
    .regex(/^-?\d\.\d{4}$/)
    .optional(),
  Age: whole.optional().meta({ description: "Age of a cached answer, in seconds" }),
  "Idempotent-Replayed": z.literal("true").optional(),
});
