import { signal } from "@preact/signals";
import { toServerError } from "../api/server-error.ts";
import type { IngestReport } from "../api/types.ts";
import { uploadFile } from "./upload-file.ts";

/** An upload, in progress or finished. */
export interface Upload {
  readonly key: number;
  readonly name: string;
  readonly bytes: number;
  /** The sent share, from 0 to 1; at 1 the server still reads and embeds the file. */
  readonly sent: number;
  readonly report: IngestReport | undefined;
  readonly problem: string | undefined;
}

/** The newest first; kept while other pages are open. */
export const uploads = signal<readonly Upload[]>([]);
let count = 0;

/** Uploads files one at a time; `onDone` is called after each. */
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

/** Removes finished uploads from the list. */
export function clearEnded(): void {
  uploads.value = uploads.value.filter((upload) => isInProgress(upload));
}

export function isInProgress({ report, problem }: Upload): boolean {
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
