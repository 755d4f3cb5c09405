import { useState } from "preact/hooks";
import { download } from "../api/download.ts";
import { toServerError } from "../api/server-error.ts";
import { Icon } from "./icon.tsx";
import { showToast } from "./toast.tsx";

interface Props {
  readonly path: string;
  readonly fileName: string;
  readonly children: string;
}

/** Downloads a file from the server. */
export function DownloadButton({ path, fileName, children }: Props) {
  const [isBusy, setIsBusy] = useState(false);

  async function save() {
    if (isBusy) return;
    setIsBusy(true);
    try {
      await download(path, fileName);
    } catch (thrown) {
      showToast(toServerError(thrown).message, "bad");
    } finally {
      setIsBusy(false);
    }
  }

  return (
    <button type="button" aria-disabled={isBusy} onClick={() => void save()}>
      <Icon name="download" />
      {children}
    </button>
  );
}
