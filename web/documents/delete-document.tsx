import { fetchJson } from "../api/client.ts";
import type { RemovedDocument } from "../api/types.ts";
import { Confirm } from "../components/confirm.tsx";
import { showToast } from "../components/toast.tsx";
import { describeInvalidated } from "./describe-report.ts";

interface Props {
  readonly document: { readonly id: string; readonly title: string };
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Asks before deleting a document, and reports the removed answers. */
export function DeleteDocument({ document, onDone, onClose }: Props) {
  async function remove() {
    const path = `/v1/documents/${encodeURIComponent(document.id)}`;
    const removed = await fetchJson<RemovedDocument>(path, { method: "DELETE" });
    showToast(`Deleted; ${describeInvalidated(removed.invalidated_answers)}.`);
    onDone();
  }
  return (
    <Confirm
      title="Delete this document?"
      action="Delete"
      isDangerous
      onConfirm={remove}
      onClose={onClose}
    >
      <p>“{document.title}” and the cached answers made from it are permanently deleted.</p>
    </Confirm>
  );
}
