import { z } from "zod";
import type { OpenApiComponents } from "./openapi-components.ts";
import {
  cacheReplyHeadersSchema,
  rateHeadersSchema,
  replyHeadersSchema,
  retryHeadersSchema,
} from "./schemas/header-schemas.ts";

const objectSchema = z.object({
  properties: z.record(z.string(), z.looseObject({ description: z.string().optional() })),
  required: z.array(z.string()).default([]),
});

/** The headers of a reply. */
export function replyHeaders(
  reply: { readonly status: number; readonly isAnswer: boolean; readonly isLimited: boolean },
  { refer }: OpenApiComponents,
): Record<string, object> {
  const { status, isAnswer, isLimited } = reply;
  const schemas: z.ZodType[] = [replyHeadersSchema];
  if (isLimited) schemas.push(rateHeadersSchema);
  if (isAnswer && status < 300) schemas.push(cacheReplyHeadersSchema);
  if (status === 429 || status === 503) schemas.push(retryHeadersSchema);
  return Object.assign({}, ...schemas.map((schema) => toHeaders(schema, refer)));
}

function toHeaders(schema: z.ZodType, refer: OpenApiComponents["refer"]): Record<string, object> {
  const { properties, required } = objectSchema.parse(refer(schema, "output"));
  return Object.fromEntries(
    Object.entries(properties).map(([name, { description, ...body }]) => [
      name,
      {
        required: required.includes(name),
        ...(description !== undefined && { description }),
        schema: body,
      },
    ]),
  );
}
