import { z } from "zod";

const lookupSchema = z.object({
  id: z.string(),
  question: z.string().nullable(),
  verdict: z.string(),
  tier: z.string().nullable(),
  similarity: z.number().nullable(),
  below_by: z.number().nullable(),
  reasons: z.array(z.string()),
  nearest: z.object({ question: z.string().nullable() }).nullable(),
});
const pageSchema = z.object({
  lookups: z.array(lookupSchema),
  next_cursor: z.string().nullable(),
});
const errorSchema = z.object({ error: z.object({ message: z.string() }) });

/** A lookup as a person sees it. */
export type ShownLookup = z.infer<typeof lookupSchema>;

/** The log behind the HTTP API. */
export interface RemoteLog {
  /** Those without a label, near misses first. */
  unlabelled(): AsyncIterable<ShownLookup>;
  label(id: string, same: boolean): Promise<void>;
  unlabel(id: string): Promise<void>;
}

/** @throws Error with what the service says, from its methods */
export function connectLog(options: {
  url: string;
  key?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}): RemoteLog {
  const { url, key, from, to } = options;
  async function call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      throw new Error(`${url} cannot be reached (${String(cause)})`, { cause: error });
    });
    const value: unknown = await response.json().catch(() => undefined);
    if (response.ok) return value;
    const told = errorSchema.safeParse(value);
    const message = told.success ? told.data.error.message : response.statusText;
    throw new Error(`${method} ${path}: ${response.status} ${message}`);
  }

  return {
    async *unlabelled() {
      let cursor: string | null = null;
      do {
        const query = new URLSearchParams({ near_misses: "true", label: "none", limit: "50" });
        for (const [name, value] of Object.entries({ from, to, cursor })) {
          if (typeof value === "string") query.set(name, value);
        }
        const page = pageSchema.parse(await call("GET", `/v1/cache/lookups?${query.toString()}`));
        yield* page.lookups;
        cursor = page.next_cursor;
      } while (cursor !== null);
    },
    async label(id, same) {
      await call("POST", `/v1/cache/lookups/${encodeURIComponent(id)}/label`, { same });
    },
    async unlabel(id) {
      await call("DELETE", `/v1/cache/lookups/${encodeURIComponent(id)}/label`);
    },
  };
}
