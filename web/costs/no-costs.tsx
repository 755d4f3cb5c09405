import type { ComponentChildren } from "preact";
import { EmptyState } from "../components/empty-state.tsx";

interface Props {
  readonly title: string;
  readonly action: ComponentChildren;
  /** An alternative next step. */
  readonly children?: ComponentChildren;
}

/** Shown for a period without questions. */
export function NoCosts({ title, action, children }: Props) {
  return (
    <EmptyState title={title} action={action}>
      Every question appears here with its tokens, cost and savings, shortly after its answer ends.{" "}
      {children}
    </EmptyState>
  );
}
