import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { useKeptFocus } from "./use-kept-focus.ts";

interface Props {
  readonly label: string;
  /** Actions by key, in lower case. */
  readonly keys: Readonly<Record<string, () => void>>;
  readonly children: ComponentChildren;
}

/**
 * An area with single-key shortcuts. They act only while the focus is within and not in a text field (WCAG 2.1.4).
 * The area keeps the focus when its content changes.
 */
export function KeyArea({ label, keys, children }: Props) {
  const area = useRef<HTMLDivElement>(null);
  useKeptFocus(area);
  function press(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event)) return;
    const action = keys[event.key.toLowerCase()];
    if (action === undefined) return;
    event.preventDefault();
    action();
  }
  return (
    <div ref={area} class="key-area" role="group" aria-label={label} tabIndex={0} onKeyDown={press}>
      {children}
    </div>
  );
}

function isTyping({ target }: KeyboardEvent): boolean {
  return (
    target instanceof HTMLElement && target.matches("input:not([type=range]), select, textarea")
  );
}
