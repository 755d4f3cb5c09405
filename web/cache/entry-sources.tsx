import type { CacheEntry } from "../api/types.ts";
import { plainText } from "../markdown/plain-text.ts";
import { toPath } from "../app/router.ts";

/** Letters of a passage that are shown while it is closed. */
const BEGINNING = 48;

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

/** Tells passages of one document apart. */
function beginningOf(passage: string): string {
  const words = plainText(passage).replace(/\s+/g, " ").trim();
  return words.length <= BEGINNING ? words : `${words.slice(0, BEGINNING)}…`;
}
