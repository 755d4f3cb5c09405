import type { ComponentChildren } from "preact";
import { navigate } from "../app/router.ts";

interface Props {
  readonly href: string;
  readonly children: ComponentChildren;
  readonly label?: string | undefined;
  readonly current?: boolean | undefined;
}

/** A link that opens over or within the page and keeps the scroll position. */
export function StayLink({ href, children, label, current }: Props) {
  return (
    <a
      href={href}
      aria-label={label}
      aria-current={current === true ? "true" : undefined}
      onClick={(event) => {
        const { button, metaKey, ctrlKey, shiftKey } = event;
        if (button !== 0 || metaKey || ctrlKey || shiftKey) return;
        event.preventDefault();
        navigate(href);
      }}
    >
      {children}
    </a>
  );
}
