import { setQuery } from "../app/router.ts";
import { EmptyState } from "../components/empty-state.tsx";

/** In place of stored answers. */
export function NoEntries({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <EmptyState
        title="No stored answer has all these words"
        action={
          <button
            type="button"
            onClick={() => setQuery({ query: undefined, document_id: undefined })}
          >
            Show all answers
          </button>
        }
      >
        Words count in any form, and have to be in the question or the answer.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="Nothing is stored yet" action={<a href="/">Ask something</a>}>
      An answer is stored when it is complete and cites the documents. Ask a question that they
      answer, or write an answer yourself: it is served to everyone who asks the same.
    </EmptyState>
  );
}
