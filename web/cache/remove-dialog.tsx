import { useState } from "preact/hooks";
import { fetchJson, withQuery } from "../api/client.ts";
import { toServerError } from "../api/server-error.ts";
import type { RemovedEntries } from "../api/types.ts";
import { Dialog } from "../components/dialog.tsx";
import { Problem } from "../components/problem.tsx";
import { showToast } from "../components/toast.tsx";
import { formatMany } from "../format/numbers.ts";
import { useResource } from "../api/use-resource.ts";
import { DocumentPicker, type PickedDocument } from "./document-picker.tsx";

interface Props {
  readonly onClose: () => void;
  readonly onRemoved: () => void;
}

/** Removes the answers of a document, or all, after showing their number. */
export function RemoveDialog({ onClose, onRemoved }: Props) {
  /** Null: all answers. */
  const [picked, setPicked] = useState<PickedDocument | null>();
  const [isBusy, setIsBusy] = useState(false);
  const path = picked === undefined ? undefined : pathOf(picked);
  const counted = useDryRun(path);

  async function remove() {
    if (path === undefined || isBusy) return;
    setIsBusy(true);
    try {
      const { removed } = await fetchJson<RemovedEntries>(path, { method: "DELETE" });
      showToast(`${formatMany(removed, "answer")} removed.`);
      onRemoved();
      onClose();
    } catch (thrown) {
      showToast(toServerError(thrown).message, "bad");
      setIsBusy(false);
    }
  }

  const count = counted.data?.removed;
  return (
    <Dialog title="Remove cached answers" onClose={onClose}>
      <DocumentPicker
        label="Made from"
        hint="Pinned and written answers are removed too."
        none="All answers, with or without a document"
        picked={picked}
        onPick={setPicked}
      />
      {counted.error !== undefined ? (
        <Problem error={counted.error} onRetry={counted.reload} />
      ) : (
        <p class="dry-run" role="status">
          {picked === undefined ? "Choose what to remove." : describeCount(count, picked)}
        </p>
      )}
      <div class="actions end">
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        <button
          type="button"
          class="danger"
          aria-disabled={isBusy}
          disabled={count === undefined || count === 0}
          onClick={() => void remove()}
        >
          {count === undefined || count === 0 ? "Remove" : `Remove ${formatMany(count, "answer")}`}
        </button>
      </div>
    </Dialog>
  );
}

/** The path for the answers made from a document; null: all answers. */
function pathOf(picked: PickedDocument | null): string {
  const selector = picked === null ? { all: "true" } : { document_id: picked.id };
  return withQuery("/v1/cache/entries", selector);
}

function describeCount(count: number | undefined, picked: PickedDocument | null): string {
  if (count === undefined) return "Counting…";
  if (count === 0) return "There is no cached answer to remove.";
  const all = picked === null ? ", including pinned and written ones" : "";
  return `This would remove ${formatMany(count, "answer")}${all}. The next time, each of their questions costs a model call. This cannot be undone: export the answers first to keep a copy.`;
}

/** A dry run that only counts. */
function useDryRun(path: string | undefined) {
  return useResource<RemovedEntries>(path && `${path}&dry_run=true`, "DELETE");
}
