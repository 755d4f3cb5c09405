import { z } from "zod";
import type { DescribedBody, DescribedContent } from "./described-body.ts";
import type { OpenApiComponents } from "./openapi-components.ts";

type Direction = "input" | "output";

/** The media types of a body with their schemas. */
export function contentOf(
  body: DescribedBody,
  io: Direction,
  { refer }: OpenApiComponents,
): Record<string, object> {
  return Object.fromEntries(
    Object.entries(body).map(([mediaType, content]) => [
      mediaType,
      { schema: schemaOf(content, io, refer) },
    ]),
  );
}

/**
 * OpenAPI 3.1 has no `itemSchema` as 3.2 does. Its tools take the schema of server-sent events for that of
 * each event, and the schema of other streams for that of the whole text.
 */
function schemaOf(
  content: DescribedContent,
  io: Direction,
  refer: OpenApiComponents["refer"],
): object {
  if (content instanceof z.ZodType) return refer(content, io);
  const { description, parts } = content;
  if (parts.kind === "lines") {
    return { type: "string", description, "x-itemSchema": refer(parts.line, io) };
  }
  const events = Object.entries(parts.data).map(([event, data]) => ({
    type: "object",
    properties: {
      event: { const: event },
      id: { type: "string" },
      data: {
        type: "string",
        contentMediaType: "application/json",
        contentSchema: refer(data, io),
      },
    },
    required: ["data"],
  }));
  return { description, oneOf: events };
}
