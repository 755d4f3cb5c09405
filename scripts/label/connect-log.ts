import { z } from "zod";

const lookupSchema = z.object({
  id: z.string(),
  created_at: z.string(),
  question: z.string().nullable(),
  verdict: z.string(),
  tier: z.string().nullable(),
  similarity: z.number().nullable(),
  below_by: z.number().nullable(),
  reasons: z.array(z.string()),
  nearest: z.object({ entry_id: z.string(), question: z.string().nullable() }).nullable(),
});
const entrySchema = z.object({ answer: z.string(), created_at: z.string() });
const pageSchema = z.object({
  lookups: z.array(lookupSchema),
  next_cursor: z.string().nullable(),
});
const errorSchema = z.object({ error: z.object({ message: z.string() }) });

/** A lookup as a person sees it. */
export type ShownLookup = z.infer<typeof lookupSchema>;

/** The current answer of an entry. */
export type StoredAnswer = z.infer<typeof entrySchema>;

/** The log behind the HTTP API. */
export interface RemoteLog {
  /** Lookups without a label, near misses first. */
  unlabelled(): AsyncIterable<ShownLookup>;
  /** Undefined: the entry is no longer stored. */
  storedAnswer(entryId: string): Promise<StoredAnswer | undefined>;
  label(id: string, same: boolean): Promise<void>;
  unlabel(id: string): Promise<void>;
}

/** @throws Error with the message of the service, from its methods */
export function connectLog(options: {
  url: string;
  key?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}): RemoteLog {
  const { url, key, from, to } = options;
  async function send(method: string, path: string, body?: object): Promise<Reply> {
    const response = await fetch(new URL(path, url), {
      method,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      const cause = error instanceof Error ? (error.cause ?? error) : error;
      throw new Error(`Cannot reach ${url} (${String(cause)}). Is the service running?`, {
        cause: error,
      });
    });
    const value: unknown = await response.json().catch(() => undefined);
    return { status: response.status, statusText: response.statusText, value };
  }
  async function call(method: string, path: string, body?: object): Promise<unknown> {
    return valueOf(`${method} ${path}`, await send(method, path, body));
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
    async storedAnswer(entryId) {
      const path = `/v1/cache/entries/${encodeURIComponent(entryId)}`;
      const reply = await send("GET", path);
      if (reply.status === 404) return undefined;
      return entrySchema.parse(valueOf(`GET ${path}`, reply));
    },
    async label(id, same) {
      await call("POST", `/v1/cache/lookups/${encodeURIComponent(id)}/label`, { same });
    },
    async unlabel(id) {
      await call("DELETE", `/v1/cache/lookups/${encodeURIComponent(id)}/label`);
    },
  };
}

interface Reply {
  readonly status: number;
  readonly statusText: string;
  readonly value: unknown;
}

function valueOf(what: string, { status, statusText, value }: Reply): unknown {
  if (status >= 200 && status < 300) return value;
  const told = errorSchema.safeParse(value);
  const message = told.success ? told.data.error.message : statusText;
  throw new Error(`${what}: ${status} ${message}`);
}
