import { z } from "zod";
import type { OpenApiComponents } from "./openapi-components.ts";
import { pathSchema } from "./schemas/path-schemas.ts";

const objectSchema = z.object({
  properties: z.record(z.string(), z.looseObject({ description: z.string().optional() })),
  required: z.array(z.string()).default([]),
});

/** The `{name}` parameters of a path. */
export function pathParameters(path: string, { refer }: OpenApiComponents): object[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: refer(pathSchema(path).shape.id, "input"),
  }));
}

/** The fields of a schema as parameters. */
export function parametersIn(
  place: "query" | "header",
  fields: z.ZodObject | undefined,
  { refer }: OpenApiComponents,
): object[] {
  if (fields === undefined) return [];
  const { properties, required } = objectSchema.parse(refer(fields, "input"));
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema,
  }));
}
