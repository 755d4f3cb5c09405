import { z } from "zod";

/** The schemas of a body by its media types; none: no body. */
export type DescribedBody = Readonly<Record<string, z.ZodType>>;

export const NO_BODY: DescribedBody = {};

/** Server-sent events. */
export const EVENTS: DescribedBody = text("text/event-stream");

export function json(schema: z.ZodType): DescribedBody {
  return { "application/json": schema };
}

/** JSON on each line. */
export function lines(description: string): DescribedBody {
  return { "application/x-ndjson": z.string().meta({ description }) };
}

export function text(mediaType: string): DescribedBody {
  return { [mediaType]: z.string() };
}
