import { signal } from "@preact/signals";
import { toServerError } from "../api/server-error.ts";
import type { IngestReport } from "../api/types.ts";
import { uploadFile } from "./upload-file.ts";

/** A file on its way to be a document, or arrived. */
export interface Upload {
  readonly key: number;
  readonly name: string;
  readonly bytes: number;
  /** How much was sent, from 0 to 1; at 1 the server still reads and embeds it. */
  readonly sent: number;
  readonly report: IngestReport | undefined;
  readonly problem: string | undefined;
}

/** The newest first; they stay while the page is left. */
export const uploads = signal<readonly Upload[]>([]);
let count = 0;

/** Sends files one after the other, so that none waits for all; `onDone` is called after each. */
export async function sendFiles(
  files: readonly File[],
  { id, onDone }: { readonly id?: string | undefined; readonly onDone: () => void },
): Promise<void> {
  const queued = files.map((file) => ({ file, key: add(file) }));
  for (const { file, key } of queued) {
    try {
      const report = await uploadFile(file, { id, onProgress: (sent) => change(key, { sent }) });
      change(key, { sent: 1, report });
    } catch (thrown) {
      change(key, { problem: toServerError(thrown).message });
    }
    onDone();
  }
}

/** Takes those that have ended off the list. */
export function clearEnded(): void {
  uploads.value = uploads.value.filter((upload) => isUnderWay(upload));
}

export function isUnderWay({ report, problem }: Upload): boolean {
  return report === undefined && problem === undefined;
}

function add({ name, size: bytes }: File): number {
  count += 1;
  const upload = { key: count, name, bytes, sent: 0, report: undefined, problem: undefined };
  uploads.value = [upload, ...uploads.value];
  return count;
}

function change(key: number, changes: Partial<Upload>): void {
  uploads.value = uploads.value.map((upload) =>
    upload.key === key ? { ...upload, ...changes } : upload,
  );
}
