import { EmptyState } from "../components/empty-state.tsx";

/** In place of figures for a time in which nothing was asked. */
export function NoCosts() {
  return (
    <EmptyState title="Nothing was asked in this time" action={<a href="/">Ask something</a>}>
      Every question is counted here with what it used, cost and saved, a moment after its answer
      ends. Choose a longer time above, or ask something.
    </EmptyState>
  );
}
