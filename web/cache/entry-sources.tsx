import type { CacheEntry } from "../api/types.ts";
import { toPath } from "../app/router.ts";

/** What an answer cites; where it cites nothing, the documents that it goes with. */
export function EntrySources({ entry }: { readonly entry: CacheEntry }) {
  const { citations, documents } = entry;
  return (
    <section class="entry-part">
      <h3>Sources</h3>
      {citations.length === 0 && documents.length === 0 && (
        <p class="soft">None: no change of a document removes it.</p>
      )}
      {citations.map((citation) => (
        <details key={citation.passage_id} class="passage">
          <summary>{citation.title}</summary>
          <blockquote dir="auto">{citation.passage}</blockquote>
          <p>
            <a href={toPath("documents", citation.document_id)}>Open the document</a>
          </p>
        </details>
      ))}
      {citations.length === 0 && documents.length > 0 && (
        <ul class="plain-list">
          {documents.map((id) => (
            <li key={id}>
              <a href={toPath("documents", id)}>{id}</a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
