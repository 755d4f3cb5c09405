import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";

const reportSchema = z.object({
  version: z.number(),
  passages: z.number(),
  embedded: z.number(),
  removed: z.number(),
  invalidated_answers: z.number(),
  skipped: z.array(z.object({ file: z.string(), reason: z.string() })).default([]),
});
const errorSchema = z.object({ error: z.object({ message: z.string() }) });

/** Maximum tries for a busy service, and maximum wait between them in seconds. */
const MAX_TRIES = 20;
const MAX_WAIT_SECONDS = 60;

/** The result for a file. */
export type Sent =
  | { readonly kind: "stored"; readonly report: z.infer<typeof reportSchema> }
  | { readonly kind: "refused"; readonly reason: string };

/** The documents behind the HTTP API. */
export interface RemoteDocuments {
  /** @throws Error when the service does not answer or rejects the key */
  send(file: { id: string; name: string; bytes: Uint8Array<ArrayBuffer> }): Promise<Sent>;
}

/** Sends files to a service; retries after `Retry-After` while it is busy. */
export function connectDocuments(options: {
  url: string;
  key?: string | undefined;
  isDryRun: boolean;
}): RemoteDocuments {
  const url = new URL(`/v1/documents${options.isDryRun ? "?dry_run=true" : ""}`, options.url);
  const headers = options.key === undefined ? {} : { authorization: `Bearer ${options.key}` };
  return {
    async send({ id, name, bytes }) {
      for (let tries = 1; ; tries += 1) {
        const body = new FormData();
        body.append("id", id);
        body.append("file", new Blob([bytes]), name);
        const response = await fetch(url, { method: "POST", headers, body }).catch(
          (cause: unknown) => {
            throw new Error(`${options.url} does not answer. Is the service running?`, { cause });
          },
        );
        const text = await response.text();
        if (response.ok) return { kind: "stored", report: reportSchema.parse(JSON.parse(text)) };
        const reason = reasonOf(text, response.status);
        if (response.status === 401 || response.status === 403) throw new Error(reason);
        const isBusy = response.status === 429 || response.status === 503;
        if (!isBusy || tries === MAX_TRIES) return { kind: "refused", reason };
        const seconds = Number(response.headers.get("retry-after") ?? 1);
        await wait(1_000 * Math.min(Math.max(seconds, 1), MAX_WAIT_SECONDS));
      }
    },
  };
}

function reasonOf(text: string, status: number): string {
  try {
    return errorSchema.parse(JSON.parse(text)).error.message;
  } catch {
    return `The service answered ${status}.`;
  }
}
