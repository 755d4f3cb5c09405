import { request } from "./client.ts";
import { withTimeLimit } from "./time-limit.ts";

/** Time limit of a download in milliseconds. */
const DOWNLOAD_LIMIT_MS = 5 * 60_000;
/** How long the object URL stays valid for the browser, in milliseconds. */
const KEPT_MS = 10_000;

/**
 * Saves a resource as a file; a plain link would not send the API key.
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
