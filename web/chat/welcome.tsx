import type { DocumentList } from "../api/types.ts";
import { useResource } from "../api/use-resource.ts";
import { hasScope, session } from "../app/session.ts";
import { Problem } from "../components/problem.tsx";

const SUGGESTIONS = 6;

/** Shown before the first question: an introduction and suggested questions. */
export function Welcome({ onChoose }: { readonly onChoose: (question: string) => void }) {
  const { data, error, reload } = useResource<DocumentList>("/v1/documents?limit=100");
  const titles = spread([...new Set(data?.documents.map(({ title }) => title))], SUGGESTIONS);
  const questions = titles.map(toQuestion);
  return (
    <section class="welcome" aria-labelledby="welcome-title">
      <h1 id="welcome-title">Ask the documents.</h1>
      <p>
        Each answer cites its sources and shows its cost. A repeated or reworded question may be
        answered from the cache.
      </p>
      <div id="suggestions" class="suggestions" aria-busy={data === undefined}>
        {questions.map((question) => (
          <button key={question} type="button" dir="auto" onClick={() => onChoose(question)}>
            {question}
          </button>
        ))}
        {data?.documents.length === 0 && <NoDocuments />}
        {error !== undefined && <Problem error={error} onRetry={reload} />}
      </div>
    </section>
  );
}

function NoDocuments() {
  const now = session.value;
  const isAdmin = now.state === "signed-in" && hasScope(now.who, "admin");
  return (
    <p>
      There are no documents yet.{" "}
      {isAdmin ? <a href="/documents">Add the first one</a> : "Ask an administrator to add some."}
    </p>
  );
}

/** A question about the document with this title. */
function toQuestion(title: string): string {
  return /[?？؟]$/.test(title) ? title : `What is “${title}” about?`;
}

/** At most `count` of the items, evenly spaced. */
function spread(items: readonly string[], count: number): readonly string[] {
  if (items.length <= count) return items;
  return Array.from(
    { length: count },
    (_none, place) => items[Math.floor((place * items.length) / count)] ?? "",
  );
}
