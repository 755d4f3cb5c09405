import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { toServerError, type ServerError } from "../api/server-error.ts";
import { Dialog } from "./dialog.tsx";
import { Problem } from "./problem.tsx";

interface Props {
  readonly title: string;
  /** The consequences, and what cannot be undone. */
  readonly children: ComponentChildren;
  /** The label of the button: the action, not "OK". */
  readonly action: string;
  readonly isDangerous?: boolean;
  /** Runs the action; an error is shown in the dialog. */
  readonly onConfirm: () => Promise<void>;
  readonly onClose: () => void;
}

/** Asks for confirmation of an action. */
export function Confirm({ title, children, action, isDangerous, onConfirm, onClose }: Props) {
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
          {action}
        </button>
      </div>
    </Dialog>
  );
}
