import { request } from "./client.ts";
import { withTimeLimit } from "./time-limit.ts";

/** A file may be long: it has more time than a small request, in milliseconds. */
const DOWNLOAD_LIMIT_MS = 5 * 60_000;
/** How long the browser may take to begin with it. */
const KEPT_MS = 10_000;

/**
 * Saves what is at a path as a file; a plain link would go without the key.
 *
 * @throws ServerError
 */
export async function download(path: string, fileName: string): Promise<void> {
  const file = await withTimeLimit(DOWNLOAD_LIMIT_MS, async (signal) =>
    (await request(path, { signal })).blob(),
  );
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_MS);
}
