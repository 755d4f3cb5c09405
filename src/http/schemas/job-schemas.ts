import { z } from "zod";
import { jobStates, jobSteps } from "../../knowledge/job-types.ts";
import { ingestReportSchema } from "./document-schemas.ts";

const count = z.int().nonnegative();

const jobSchema = z
  .object({
    id: z.string(),
    state: z.enum(jobStates),
    step: z.enum(jobSteps),
    progress: z
      .object({ embedded: count, to_embed: count })
      .meta({ description: "Passages; 0 of 0 while it is not known what must be embedded" }),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
    files: z.array(
      z.object({
        file: z.string().nullable(),
        document_id: z.string(),
        report: ingestReportSchema.optional(),
        skipped: z.array(z.object({ file: z.string(), reason: z.string() })).optional(),
        error: z
          .object({ code: z.string(), message: z.string(), status: z.int() })
          .optional()
          .meta({ description: "Why it was not stored, as a reply without async would say" }),
      }),
    ),
  })
  .meta({ id: "Job", description: "A document that is stored behind the reply" });

export const jobReplySchema = z.object({ job: jobSchema }).meta({ id: "JobReply" });
