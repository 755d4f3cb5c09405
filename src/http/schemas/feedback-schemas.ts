import { z } from "zod";
import { textSchema } from "./common-schemas.ts";

const rating = z.enum(["up", "down"]);

export const feedbackRequestSchema = z
  .strictObject({ rating, comment: textSchema(4_000).optional() })
  .meta({ id: "FeedbackRequest" });

export const feedbackSchema = z
  .object({
    id: z.string(),
    rating,
    comment: z.string().nullable(),
    quarantined: z
      .boolean()
      .meta({ description: "The stored answer is not served until it is released or replaced" }),
  })
  .meta({ id: "Feedback" });
