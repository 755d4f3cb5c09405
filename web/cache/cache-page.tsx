import { useState } from "preact/hooks";
import { withQuery } from "../api/client.ts";
import type { CacheEntryList } from "../api/types.ts";
import { usePages } from "../api/use-pages.ts";
import type { PageProps } from "../app/page-props.ts";
import { navigate, setQuery, toPath } from "../app/router.ts";
import { DownloadButton } from "../components/download-button.tsx";
import { Icon } from "../components/icon.tsx";
import { Listing } from "../components/listing.tsx";
import { PageBody, Section } from "../components/page.tsx";
import { SearchField } from "../components/search-field.tsx";
import { EntryDialog } from "./entry-dialog.tsx";
import { EntryTable } from "./entry-table.tsx";
import { NoEntries } from "./no-entries.tsx";
import { RemoveDialog } from "./remove-dialog.tsx";
import { TopQuestions } from "./top-questions.tsx";
import { WriteDialog } from "./write-dialog.tsx";
import "./cache.css";

/** Search, read, write, pin and remove cached answers. */
export function CachePage({ rest, query }: PageProps) {
  const [asked, setAsked] = useState<"write" | "remove">();
  const words = query.get("query") ?? "";
  const documentId = query.get("document_id") ?? "";
  const path = withQuery("/v1/cache/entries", { query: words, document_id: documentId, limit: 50 });
  const pages = usePages<CacheEntryList>(path);
  const [shown] = rest;
  const search = query.size === 0 ? "" : `?${query}`;
  const close = () => setAsked(undefined);

  return (
    <PageBody
      title="Cache"
      lead="Cached answers are reused while their sources are unchanged."
      actions={<Actions onWrite={() => setAsked("write")} onRemove={() => setAsked("remove")} />}
    >
      <Section
        title="Cached answers"
        actions={
          <SearchField
            label="Search questions and answers"
            value={words}
            onSearch={(next) => setQuery({ query: next })}
          />
        }
      >
        {documentId !== "" && <DocumentFilter id={documentId} />}
        <Listing
          pages={pages}
          rows={pages.replies?.flatMap(({ entries }) => entries)}
          label="Cached answers"
          empty={<NoEntries isFiltered={words !== "" || documentId !== ""} />}
        >
          {(rows) => <EntryTable rows={rows} hrefOf={(id) => toPath("cache", id) + search} />}
        </Listing>
      </Section>
      <TopQuestions />
      {shown !== undefined && (
        <EntryDialog
          key={shown}
          id={shown}
          onClose={() => navigate(`/cache${search}`)}
          onChanged={pages.reload}
        />
      )}
      {asked === "write" && <WriteDialog onClose={close} onStored={pages.reload} />}
      {asked === "remove" && <RemoveDialog onClose={close} onRemoved={pages.reload} />}
    </PageBody>
  );
}

function Actions({ onWrite, onRemove }: { onWrite: () => void; onRemove: () => void }) {
  return (
    <>
      <button type="button" class="main" onClick={onWrite}>
        <Icon name="plus" />
        Write an answer
      </button>
      <DownloadButton path="/v1/cache/entries/export" fileName="answers.ndjson">
        Export
      </DownloadButton>
      <button type="button" onClick={onRemove}>
        <Icon name="trash" />
        Remove…
      </button>
    </>
  );
}

function DocumentFilter({ id }: { readonly id: string }) {
  return (
    <p class="filter">
      Made from <strong>{id}</strong>
      <button type="button" class="link" onClick={() => setQuery({ document_id: undefined })}>
        Show all
      </button>
    </p>
  );
}
