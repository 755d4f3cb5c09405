import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/**
 * When a focused element within a node is removed, moves the focus to the node, which needs
 * `tabIndex={-1}`. Runs on every render of the component.
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

/** Whether the focused element has been removed. */
export function isFocusLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}
