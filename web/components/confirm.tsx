import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { toServerError, type ServerError } from "../api/server-error.ts";
import { Dialog } from "./dialog.tsx";
import { Problem } from "./problem.tsx";

interface Props {
  readonly title: string;
  /** What will happen, and what cannot be undone. */
  readonly children: ComponentChildren;
  /** On the button: the deed, not "OK". */
  readonly deed: string;
  readonly isDangerous?: boolean;
  /** Does it; a failure is shown in the dialog. */
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
}

/** Asks before something is done. */
export function Confirm({ title, children, deed, isDangerous, onConfirm, onClose }: Props) {
  const [isBusy, setIsBusy] = useState(false);
  const [error, setError] = useState<ServerError>();

  async function confirm() {
    if (isBusy) return;
    setIsBusy(true);
    try {
      await onConfirm();
      onClose();
    } catch (thrown) {
      setError(toServerError(thrown));
      setIsBusy(false);
    }
  }

  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      {error !== undefined && <Problem error={error} />}
      <div class="actions end">
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        <button
          type="button"
          class={isDangerous === true ? "danger" : "main"}
          aria-disabled={isBusy}
          onClick={() => void confirm()}
        >
          {deed}
        </button>
      </div>
    </Dialog>
  );
}
