import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Icon } from "./icon.tsx";

export interface DialogProps {
  readonly title: string;
  /** Called when it is closed by its button, Escape or a click beside it. */
  readonly onClose: () => void;
  /** `side`: along the edge, for what is read beside the page. */
  readonly kind?: "middle" | "side";
  readonly children: ComponentChildren;
}

/** What a form begins with; otherwise the first that can have the focus has it. */
const FIRST_FIELD = "form :is(input, textarea)";

/** Shown over the page as long as it is rendered; keeps the focus, and gives it back. */
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
      // The browser closes it all the same at a second Escape, unless that is kept from it.
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

/** Whether Escape empties it first. */
function isSearch(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type === "search" && target.value !== "";
}
