import type { ComponentChildren } from "preact";

interface Props {
  readonly title: string;
  /** What belongs here, and the next step. */
  readonly children?: ComponentChildren;
  readonly action?: ComponentChildren;
}

/** Shown instead of an empty list; suggests the next step. */
export function EmptyState({ title, children, action }: Props) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children !== undefined && <div class="empty-text">{children}</div>}
      {action}
    </div>
  );
}
