import { z } from "zod";

export const principalSchema = z
  .object({
    tenant: z.string(),
    name: z.string().meta({ description: "Of the key; anonymous where no keys are configured" }),
    scopes: z.array(z.enum(["chat", "admin"])),
    keys_configured: z.boolean().meta({ description: "False: everybody has all scopes" }),
  })
  .meta({ id: "Principal" });
