import { authorization } from "../api/client.ts";
import { ServerError } from "../api/server-error.ts";
import type { ErrorReply, IngestReport } from "../api/types.ts";

interface Options {
  /** Called with the sent share, from 0 to 1. */
  readonly onProgress: (share: number) => void;
  /** Id of the document to replace; undefined creates a new one. */
  readonly id?: string | undefined;
}

/**
 * Uploads a file as a document. `fetch` is not used because it reports no upload progress.
 *
 * @throws ServerError
 */
export function uploadFile(file: File, { onProgress, id }: Options): Promise<IngestReport> {
  const form = new FormData();
  if (id !== undefined) form.append("id", id);
  form.append("file", file);
  return new Promise((resolve, reject) => {
    const upload = new XMLHttpRequest();
    upload.upload.addEventListener("progress", ({ loaded, total }) => {
      if (total > 0) onProgress(loaded / total);
    });
    upload.addEventListener("load", () => {
      if (upload.status < 300) resolve(readReport(upload.responseText));
      else reject(toError(upload));
    });
    upload.addEventListener("error", () => {
      const message =
        "The file could not be sent. Check that the server is running, then try again.";
      reject(new ServerError(message, { status: 0, code: "unreachable" }));
    });
    upload.open("POST", "/v1/documents");
    for (const [name, value] of Object.entries(authorization())) {
      upload.setRequestHeader(name, value);
    }
    upload.send(form);
  });
}

function toError({ status, responseText }: XMLHttpRequest): ServerError {
  try {
    const { message, code } = readProblem(responseText).error;
    return new ServerError(message, { status, code });
  } catch {
    const message = `The server answered with status ${status}. Try again in a moment.`;
    return new ServerError(message, { status, code: "unexpected" });
  }
}

function readReport(json: string): IngestReport {
  return JSON.parse(json);
}

function readProblem(json: string): ErrorReply {
  return JSON.parse(json);
}
