import { useState } from "preact/hooks";
import type { SearchResult } from "../api/types.ts";
import { usePosted } from "../api/use-posted.ts";
import { plainText } from "../markdown/plain-text.ts";
import { toPath } from "../app/router.ts";
import { Badge } from "../components/badge.tsx";
import { Loading } from "../components/loading.tsx";
import { Section } from "../components/page.tsx";
import { Problem } from "../components/problem.tsx";

/** Passages shown. */
const LIMIT = 5;

/** Searches passages in the same way as a question does. */
export function TrySearch() {
  const [words, setWords] = useState("");
  const [query, setQuery] = useState("");
  return (
    <Section title="Try a search">
      <form
        class="search-form"
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          setQuery(words.trim());
        }}
      >
        <input
          type="search"
          aria-label="A question"
          placeholder="A question, as a reader would ask it"
          value={words}
          onInput={(event) => setWords(event.currentTarget.value)}
        />
        <button type="submit">Search</button>
      </form>
      {query !== "" && <Found query={query} />}
    </Section>
  );
}

function Found({ query }: { readonly query: string }) {
  const body = { query, limit: LIMIT };
  const { data, error, reload } = usePosted<SearchResult>("/v1/search", body);
  if (error !== undefined) return <Problem error={error} onRetry={reload} />;
  if (data === undefined) return <Loading label="The search" />;
  if (data.passages.length === 0) {
    return (
      <p class="soft">No passage matches. An answer would say that the documents have no answer.</p>
    );
  }
  return (
    <ol class="passages found">
      {data.passages.map((passage) => (
        <li key={`${passage.document_id}-${passage.start}`}>
          <p class="passage-head">
            <a href={toPath("documents", passage.document_id)} dir="auto">
              {[passage.title, ...passage.headings].map(plainText).join(" › ")}
            </a>
            <Badge tone="good">{passage.score.toFixed(2)}</Badge>
            {passage.similarity !== null && (
              <Badge>similarity {passage.similarity.toFixed(2)}</Badge>
            )}
            {passage.text_score !== null && <Badge>words {passage.text_score.toFixed(1)}</Badge>}
          </p>
          <p class="passage-text" dir="auto">
            {plainText(passage.passage)}
          </p>
        </li>
      ))}
    </ol>
  );
}
