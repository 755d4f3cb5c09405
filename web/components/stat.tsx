import type { ComponentChildren } from "preact";

interface Props {
  readonly label: string;
  readonly children: ComponentChildren;
  readonly note?: ComponentChildren;
}

/** Headline figures side by side; its children are `Stat`s. */
export function Stats({ children }: { readonly children: ComponentChildren }) {
  return <dl class="stats">{children}</dl>;
}

export function Stat({ label, children, note }: Props) {
  return (
    <div class="stat">
      <dt>{label}</dt>
      <dd>
        {children}
        {note !== undefined && <span class="stat-note">{note}</span>}
      </dd>
    </div>
  );
}
