import type { ComponentChildren } from "preact";
import { useTitle } from "./use-title.ts";
import { EmptyState } from "./empty-state.tsx";

interface Props {
  readonly title: string;
  /** The next step; by default a link to the chat. */
  readonly action?: ComponentChildren;
}

/** Shown instead of a page that is missing or not allowed. */
export function Nowhere({ title, action = <a href="/">Go to the chat</a> }: Props) {
  useTitle(title);
  return (
    <main id="page" class="page" tabIndex={-1}>
      <EmptyState title={title} action={action} />
    </main>
  );
}
