import { z } from "zod";

export const principalSchema = z
  .object({
    tenant: z.string(),
    name: z.string().meta({ description: "Of the key; anonymous where no keys are configured" }),
    scopes: z.array(z.enum(["chat", "chat:all", "admin"])),
    user_id: z.string().optional().meta({ description: "The sub of the user token that came" }),
    groups: z.array(z.string()).optional().meta({ description: "Of the user token" }),
    keys_configured: z.boolean().meta({ description: "False: everybody has all scopes" }),
  })
  .meta({ id: "Principal" });
