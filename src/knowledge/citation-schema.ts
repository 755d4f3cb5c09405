import { z } from "zod";
import { locatorSchema } from "./text-places.ts";

/** Schema of a `Citation` from outside this process. */
export const citationSchema = z.object({
  number: z.number().optional(),
  documentId: z.string(),
  passageId: z.string(),
  title: z.string(),
  passage: z.string(),
  start: z.number(),
  end: z.number(),
  score: z.number(),
  lead: z.string().optional(),
  locator: locatorSchema.extend({ headings: z.array(z.string()).optional() }).optional(),
});
