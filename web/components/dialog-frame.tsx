import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Icon } from "./icon.tsx";

export interface DialogProps {
  readonly title: string;
  /** Called when the dialog is closed by its button, Escape or a click outside. */
  readonly onClose: () => void;
  /** `side`: along the edge, for reading beside the page. */
  readonly kind?: "middle" | "side";
  readonly children: ComponentChildren;
}

/** Gets the initial focus in a form; otherwise the first focusable element gets it. */
const FIRST_FIELD = "form :is(input, textarea)";

/** A modal over the page; traps the focus and restores it on close. */
export function DialogFrame({ title, onClose, kind = "middle", children }: DialogProps) {
  const id = useId();
  const node = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = node.current;
    const before = document.activeElement;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>(FIRST_FIELD)?.focus();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);

  return (
    <dialog
      ref={node}
      class={`dialog at-${kind}`}
      aria-labelledby={id}
      // Without this, the browser closes the dialog at a second Escape.
      onKeyDown={(event) => {
        if (event.key !== "Escape" || event.isComposing || isSearch(event.target)) return;
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
      onCancel={(event) => {
        event.preventDefault();
        event.stopPropagation();
        onClose();
      }}
      onClick={(event) => {
        if (event.target === node.current) onClose();
      }}
    >
      <div class="dialog-body">
        <div class="dialog-head">
          <h2 id={id}>{title}</h2>
          <button type="button" class="plain" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}

/** Whether Escape clears the field first. */
function isSearch(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type === "search" && target.value !== "";
}
