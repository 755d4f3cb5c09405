import type { ComponentChildren } from "preact";
import { EmptyState } from "../components/empty-state.tsx";

interface Props {
  readonly title: string;
  readonly action: ComponentChildren;
  /** What else can be done. */
  readonly children?: ComponentChildren;
}

/** In place of figures for a time in which nothing was asked. */
export function NoCosts({ title, action, children }: Props) {
  return (
    <EmptyState title={title} action={action}>
      Every question is counted here with what it used, cost and saved, a moment after its answer
      ends. {children}
    </EmptyState>
  );
}
