import { z } from "zod";
import { AUTOMATIC, storedPolicySchema } from "../../tuning/policies.ts";
import { storedCountSchema, textSchema } from "./common-schemas.ts";
import { listQuerySchema, numberInQuery } from "./parameter-schemas.ts";

const share = z.number().min(0, "must be from 0 to 1").max(1, "must be from 0 to 1");
const count = z.int().nonnegative();

const policyFields = {
  threshold: share.meta({ description: "Minimum similarity of a semantic hit" }),
  grey_threshold: share.meta({
    description:
      "Minimum similarity of a verified hit. No grey zone if it is at or above threshold",
  }),
  ttl_seconds: z.int().min(0).max(31_536_000).meta({ description: "0 turns the cache off" }),
  guards: storedPolicySchema.shape.guards
    .unwrap()
    .meta({ description: "All guards are on unless set to false" }),
  evidence: storedPolicySchema.shape.evidence.unwrap().meta({
    description: "When evidence must agree: if a guard asks for it, or for every hit",
  }),
  shadow_rate: share.meta({
    description: "Share of semantic and verified hits that the model also answers, after the reply",
  }),
  target_wrong_hit_rate: z
    .number()
    .gt(0, "must be above 0")
    .lt(1, "must be below 1")
    .nullable()
    .meta({
      description:
        "If the wrong-hit rate exceeds it, the thresholds are tightened automatically; null: never",
    }),
};

const author = textSchema(200)
  .refine((name) => name !== AUTOMATIC, `must not be ${AUTOMATIC}: no person has this name`)
  .optional()
  .meta({ description: "Default: the name of the key" });

export const policyRequestSchema = z
  .strictObject({
    ...z.object(policyFields).partial().shape,
    author,
    reason: textSchema(1_000).nullish(),
    version: storedCountSchema
      .optional()
      .meta({ description: "Version that the change is based on; 409 if another one is current" }),
    // Read-only fields of GET, accepted so that its body can be edited and sent back.
    created_at: z.string().nullish(),
  })
  .meta({ id: "PolicyRequest", description: "Omitted fields stay unchanged" });

export const rollbackRequestSchema = z
  .strictObject({ version: storedCountSchema, reason: textSchema(1_000).nullish(), author })
  .meta({ id: "RollbackRequest" });

export const policySchema = z
  .object({
    version: count.meta({ description: "0: the settings; nothing was changed yet" }),
    ...policyFields,
    author: z.string(),
    reason: z.string().nullable(),
    created_at: z.string().nullable(),
  })
  .meta({ id: "CachePolicy" });

const value = z.union([z.number(), z.string(), z.boolean(), z.null()]);

const changesSchema = z.array(
  z.object({ field: z.string().meta({ example: "guards.names" }), from: value, to: value }),
);

export const policyVersionsSchema = z
  .object({
    versions: z.array(
      policySchema.extend({
        changes: changesSchema.meta({ description: "Changes since the previous version" }),
      }),
    ),
    next_cursor: z.string().nullable(),
  })
  .meta({ id: "PolicyVersions" });

const NO_VERSION = "must be the number of a version";
const versionNumber = numberInQuery(
  z
    .int({ error: ({ input }) => (input === undefined ? "is required" : NO_VERSION) })
    .nonnegative()
    .max(999_999_999),
);

export const policyVersionsQuerySchema = listQuerySchema.extend({
  cursor: versionNumber.optional().meta({ description: "next_cursor of the previous page" }),
});

export const policyDiffQuerySchema = z.strictObject({ from: versionNumber, to: versionNumber });

export const policyDiffSchema = z
  .object({ from: count, to: count, changes: changesSchema })
  .meta({ id: "PolicyDiff" });
