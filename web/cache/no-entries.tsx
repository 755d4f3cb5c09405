import { setQuery } from "../app/router.ts";
import { EmptyState } from "../components/empty-state.tsx";

/** Shown instead of an empty list of cached answers. */
export function NoEntries({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered) {
    return (
      <EmptyState
        title="No cached answer contains all these words"
        action={
          <button
            type="button"
            onClick={() => setQuery({ query: undefined, document_id: undefined })}
          >
            Show all answers
          </button>
        }
      >
        Each word, in any form, must be in the question or the answer.
      </EmptyState>
    );
  }
  return (
    <EmptyState title="No cached answers yet" action={<a href="/">Ask something</a>}>
      An answer is cached when it is complete and cites documents. Ask a question that the documents
      answer, or write an answer yourself: everyone who asks the same gets it.
    </EmptyState>
  );
}
