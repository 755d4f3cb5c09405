import type { ComponentChildren } from "preact";

interface Props {
  readonly label: string;
  readonly children: ComponentChildren;
  readonly note?: ComponentChildren;
}

/** Key figures side by side; the children are `Stat`s. */
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
