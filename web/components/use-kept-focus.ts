import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/**
 * Whoever stood on something within a node that has gone stands on the node, which needs
 * `tabIndex={-1}`; seen to whenever the component is rendered.
 */
export function useKeptFocus(node: RefObject<HTMLElement | null>): void {
  const wasWithin = useRef(false);
  useEffect(() => {
    const note = () => {
      wasWithin.current = node.current?.contains(document.activeElement) ?? false;
    };
    document.addEventListener("focusin", note);
    return () => document.removeEventListener("focusin", note);
  }, []);
  useEffect(() => {
    if (wasWithin.current && isFocusLost()) node.current?.focus({ preventScroll: true });
  });
}

/** Whether what had the focus has gone. */
export function isFocusLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}
