import type { ListedEntry, Lookup } from "../api/types.ts";
import { useResource } from "../api/use-resource.ts";
import { toPath } from "../app/router.ts";
import { describeReason } from "../chat/verdict-words.ts";
import { Moment } from "../components/moment.tsx";
import { formatSimilarity } from "../format/numbers.ts";
import { Markdown } from "../markdown/markdown.tsx";
import type { LabellingState } from "./use-labelling.ts";

interface Props {
  readonly lookup: Lookup;
  readonly state: LabellingState;
}

/** One lookup: the question, the cached question, and the two keys. */
export function LabelCard({ lookup, state }: Props) {
  const { question, nearest, similarity, created_at: at, verdict, reasons } = lookup;
  const { label, skip, undo, canUndo, isBusy } = state;
  return (
    <article class="card label-card" aria-live="polite">
      <dl>
        <div>
          <dt>
            Asked <Moment at={at} />
          </dt>
          <dd dir="auto">{question}</dd>
        </div>
        <div>
          <dt>Cached, {similarity === null ? "" : `similarity ${formatSimilarity(similarity)}`}</dt>
          <dd dir="auto">{nearest?.question}</dd>
        </div>
      </dl>
      <StoredAnswer id={nearest?.entry_id ?? ""} lookedUpAt={at} />
      <p class="soft">
        {verdict === "hit" ? "Served from the cache" : "Not served"}:{" "}
        {reasons.map(describeReason).join(", ")}
      </p>
      <div class="actions">
        <button type="button" class="main" disabled={isBusy} onClick={() => void label(true)}>
          Same answer <kbd>S</kbd>
        </button>
        <button type="button" class="main" disabled={isBusy} onClick={() => void label(false)}>
          Different <kbd>D</kbd>
        </button>
        <button type="button" onClick={skip}>
          Skip <kbd>N</kbd>
        </button>
        <button type="button" disabled={!canUndo || isBusy} onClick={() => void undo()}>
          Undo <kbd>U</kbd>
        </button>
      </div>
    </article>
  );
}

/** The current cached answer: it may have been removed or replaced since the lookup. */
function StoredAnswer({ id, lookedUpAt }: { readonly id: string; readonly lookedUpAt: string }) {
  const path = id === "" ? undefined : `/v1${toPath("cache", "entries", id)}`;
  const { data, error } = useResource<ListedEntry>(path);
  if (error !== undefined) return <p class="soft">Its answer is no longer cached.</p>;
  const isNew = data !== undefined && Date.parse(data.created_at) > Date.parse(lookedUpAt);
  return (
    <>
      {isNew && <p class="soft">This answer was made after the lookup and replaced another.</p>}
      <div class="stored-answer" dir="auto" role="group" aria-label="Cached answer" tabIndex={0}>
        {data !== undefined && <Markdown text={data.answer} />}
      </div>
    </>
  );
}
