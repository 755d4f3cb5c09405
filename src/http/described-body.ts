import { z } from "zod";

/** A text with several parts: lines, or server-sent events by name. */
export interface DescribedText {
  readonly description: string;
  readonly parts:
    | { readonly kind: "lines"; readonly line: z.ZodType }
    | { readonly kind: "events"; readonly data: Readonly<Record<string, z.ZodType>> };
}

export type DescribedContent = z.ZodType | DescribedText;

/** Schemas of a body by media type. Empty: no body. */
export type DescribedBody = Readonly<Record<string, DescribedContent>>;

type ReadonlyDeep<Value> = Value extends readonly (infer Item)[]
  ? readonly ReadonlyDeep<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: ReadonlyDeep<Value[Key]> }
    : Value;

/** A body that a format creates from domain values: the schema's type, read-only. */
export type BodyOf<Schema extends z.ZodType> = ReadonlyDeep<z.input<Schema>>;

export const NO_BODY: DescribedBody = {};

/** The name of events without a name. */
export const UNNAMED = "message";

export function json(schema: z.ZodType): DescribedBody {
  return { "application/json": schema };
}

/** One JSON value per line. */
export function lines(description: string, line: z.ZodType = z.unknown()): DescribedBody {
  return { "application/x-ndjson": { description, parts: { kind: "lines", line } } };
}

/** Server-sent events with JSON data. */
export function events(
  description: string,
  data: Readonly<Record<string, z.ZodType>>,
): DescribedBody {
  return { "text/event-stream": { description, parts: { kind: "events", data } } };
}

export function text(mediaType: string): DescribedBody {
  return { [mediaType]: z.string() };
}

/** All schemas of a body's content. */
export function schemasOf(content: DescribedContent): readonly z.ZodType[] {
  if (content instanceof z.ZodType) return [content];
  const { parts } = content;
  return parts.kind === "lines" ? [parts.line] : Object.values(parts.data);
}
