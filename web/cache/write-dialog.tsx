import { useState } from "preact/hooks";
import { fetchJson } from "../api/client.ts";
import { toServerError, type ServerError } from "../api/server-error.ts";
import type { CacheEntry } from "../api/types.ts";
import { Dialog } from "../components/dialog.tsx";
import { Problem } from "../components/problem.tsx";
import { showToast } from "../components/toast.tsx";
import { useUnsaved } from "../components/unsaved.ts";
import { NOTHING, WrittenFields } from "./written-fields.tsx";

interface Props {
  readonly onClose: () => void;
  readonly onStored: () => void;
}

/** A dialog for writing an answer to a question. */
export function WriteDialog(props: Props) {
  return (
    <Dialog title="Write an answer" onClose={props.onClose}>
      <WriteForm {...props} />
    </Dialog>
  );
}

function WriteForm({ onClose, onStored }: Props) {
  const [written, setWritten] = useState(NOTHING);
  const [pinned, setPinned] = useState(true);
  const [error, setError] = useState<ServerError>();
  const [isBusy, setIsBusy] = useState(false);
  useUnsaved(written.question !== "" || written.answer !== "");

  async function store(event: SubmitEvent) {
    event.preventDefault();
    if (isBusy) return;
    setIsBusy(true);
    try {
      const { question, answer, document } = written;
      const documents = document === null ? {} : { documents: [document.id] };
      const json = { question, answer, pinned, ...documents };
      await fetchJson<CacheEntry>("/v1/cache/entries", { method: "POST", json });
      showToast("Stored. Everyone who asks this gets your answer.");
      onStored();
      onClose();
    } catch (thrown) {
      setError(toServerError(thrown));
      setIsBusy(false);
    }
  }

  return (
    <form class="write" onSubmit={(event) => void store(event)}>
      <WrittenFields written={written} onChange={setWritten} />
      <label class="check">
        <input
          type="checkbox"
          checked={pinned}
          onChange={(event) => setPinned(event.currentTarget.checked)}
        />
        Pin it: keep it for a year and never replace it
      </label>
      {error !== undefined && <Problem error={error} />}
      <div class="actions end">
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" class="main" aria-disabled={isBusy}>
          Store
        </button>
      </div>
    </form>
  );
}
