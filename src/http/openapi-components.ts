import { z } from "zod";

type Direction = "input" | "output";
const textMap = z.record(z.string(), z.unknown());

/** The named schemas of a document, and how routes reference them. */
export interface OpenApiComponents {
  readonly schemas: Readonly<Record<string, object>>;
  readonly refer: (schema: z.ZodType, io: Direction) => object;
}

/**
 * Puts every schema that has an id under `components.schemas`, once. A request schema
 * that is looser than the reply schema of the same id is added as `…Input`.
 */
export function collectComponents(given: {
  readonly requests: readonly z.ZodType[];
  readonly replies: readonly z.ZodType[];
}): OpenApiComponents {
  const outputs = definitionsOf(given.replies, "output");
  const inputs = definitionsOf(given.requests, "input");
  const nameOf = (id: string, io: Direction): string => {
    const isShared =
      io === "output" ||
      !outputs.has(id) ||
      JSON.stringify(outputs.get(id)) === JSON.stringify(inputs.get(id));
    return isShared ? id : `${id}Input`;
  };
  const moved = (definitions: ReadonlyMap<string, unknown>, io: Direction) =>
    [...definitions].map(([id, body]) => [nameOf(id, io), moveRefs(body, io, nameOf)] as const);
  // Most routes share errors and headers, so references are cached.
  const referred = { input: new Map<z.ZodType, object>(), output: new Map<z.ZodType, object>() };
  return {
    schemas: Object.fromEntries([...moved(inputs, "input"), ...moved(outputs, "output")]),
    refer: (schema, io) => {
      const known = referred[io].get(schema);
      if (known !== undefined) return known;
      const body = moveRefs(toJson(schema, io).body, io, nameOf);
      referred[io].set(schema, body);
      return body;
    },
  };
}

function definitionsOf(schemas: readonly z.ZodType[], io: Direction): Map<string, unknown> {
  const once = [...new Set(schemas)];
  return new Map(once.flatMap((schema) => Object.entries(toJson(schema, io).definitions)));
}

function toJson(schema: z.ZodType, io: Direction) {
  const json = z.toJSONSchema(schema, { io, unrepresentable: "any", reused: "inline" });
  const { $schema: _dialect, $defs: definitions = {}, ...body } = json;
  return { definitions, body };
}

/** Rewrites zod's references, which point into the schema itself. */
function moveRefs(
  body: unknown,
  io: Direction,
  nameOf: (id: string, io: Direction) => string,
): object {
  const text = JSON.stringify(body, (key, value: unknown) =>
    key === "$ref" && typeof value === "string"
      ? value.replace(
          /^#\/\$defs\/(.+)$/,
          (_ref, id: string) => `#/components/schemas/${nameOf(id, io)}`,
        )
      : value,
  );
  return textMap.parse(JSON.parse(text));
}
