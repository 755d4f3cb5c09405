import type { ComponentChildren } from "preact";
import { useTitle } from "./use-title.ts";
import { EmptyState } from "./empty-state.tsx";

interface Props {
  readonly title: string;
  /** The way on; to the chat unless given. */
  readonly action?: ComponentChildren;
}

/** In place of a page that is not there, or not open to the reader. */
export function Nowhere({ title, action = <a href="/">Go to the chat</a> }: Props) {
  useTitle(title);
  return (
    <main id="page" class="page" tabIndex={-1}>
      <EmptyState title={title} action={action} />
    </main>
  );
}
