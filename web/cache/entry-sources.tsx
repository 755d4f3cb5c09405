import type { CacheEntry } from "../api/types.ts";
import { plainText } from "../markdown/plain-text.ts";
import { toPath } from "../app/router.ts";

/** Letters of a collapsed passage. */
const BEGINNING = 48;

/** The cited sources, or the documents it depends on if it cites none. */
export function EntrySources({ entry }: { readonly entry: CacheEntry }) {
  const { citations, documents } = entry;
  return (
    <section class="entry-part">
      <h3>Sources</h3>
      {citations.length === 0 && documents.length === 0 && (
        <p class="soft">None. No change of a document removes this answer.</p>
      )}
      {citations.map((citation) => (
        <details key={citation.passage_id} class="passage">
          <summary>
            {citation.title} <span class="soft">{beginningOf(citation.passage)}</span>
          </summary>
          <blockquote dir="auto">{plainText(citation.passage)}</blockquote>
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

/** Distinguishes passages of the same document. */
function beginningOf(passage: string): string {
  const words = plainText(passage).replace(/\s+/g, " ").trim();
  return words.length <= BEGINNING ? words : `${words.slice(0, BEGINNING)}…`;
}
