import { useRef, useState } from "preact/hooks";
import type { DocumentList as Reply } from "../api/types.ts";
import { usePages } from "../api/use-pages.ts";
import { navigate, toPath } from "../app/router.ts";
import { EmptyState } from "../components/empty-state.tsx";
import { Icon } from "../components/icon.tsx";
import { Listing } from "../components/listing.tsx";
import { Moment } from "../components/moment.tsx";
import { PageBody, Section } from "../components/page.tsx";
import { Table, type Column } from "../components/table.tsx";
import { useKeptFocus } from "../components/use-kept-focus.ts";
import { DeleteDocument } from "./delete-document.tsx";
import { DropZone } from "./drop-zone.tsx";
import { TrySearch } from "./try-search.tsx";
import { UploadList } from "./upload-list.tsx";
import { sendFiles } from "./uploads.ts";
import { WriteDialog } from "./write-dialog.tsx";

type Row = Reply["documents"][number];

/** All documents, uploads, and a passage search. */
export function DocumentList() {
  const pages = usePages<Reply>("/v1/documents?limit=100");
  const rows = pages.replies?.flatMap(({ documents }) => documents);
  const [isWriting, setIsWriting] = useState(false);
  const [doomed, setDoomed] = useState<Row>();
  const list = useRef<HTMLDivElement>(null);
  useKeptFocus(list);

  return (
    <PageBody
      title="Documents"
      lead="Answers are made from these documents. A change immediately removes the cached answers made from them."
      actions={
        <button type="button" class="main" onClick={() => setIsWriting(true)}>
          <Icon name="plus" />
          Write a document
        </button>
      }
    >
      <DropZone onFiles={(files) => void sendFiles(files, { onDone: pages.reload })} />
      <UploadList />
      <TrySearch />
      <Section
        title={
          rows === undefined ? "All documents" : `All documents (${countOf(rows, pages.more)})`
        }
      >
        <div ref={list} tabIndex={-1}>
          <Listing pages={pages} rows={rows} label="Documents" empty={<NoDocuments />}>
            {(shown) => (
              <Table
                caption="Documents"
                columns={columns(setDoomed)}
                rows={shown}
                keyOf={({ id }) => id}
              />
            )}
          </Listing>
          {doomed !== undefined && (
            <DeleteDocument
              document={doomed}
              onDone={pages.reload}
              onClose={() => setDoomed(undefined)}
            />
          )}
        </div>
      </Section>
      {isWriting && (
        <WriteDialog
          onSaved={({ id }) => navigate(toPath("documents", id))}
          onClose={() => setIsWriting(false)}
        />
      )}
    </PageBody>
  );
}

function columns(onDelete: (row: Row) => void): readonly Column<Row>[] {
  return [
    {
      name: "Title",
      isName: true,
      cell: ({ id, title }) => (
        <a href={toPath("documents", id)} dir="auto">
          {title}
        </a>
      ),
    },
    {
      name: "Source",
      isMinor: true,
      cell: ({ source }) => <span class="soft">{source ?? "—"}</span>,
    },
    { name: "Version", isNumber: true, isMinor: true, cell: ({ version }) => version },
    { name: "Passages", isNumber: true, isMinor: true, cell: ({ passages }) => passages },
    { name: "Changed", isNumber: true, cell: (row) => <Moment at={row.updated_at} /> },
    {
      name: "",
      isNumber: true,
      cell: (row) => (
        <button
          type="button"
          class="plain"
          aria-label={`Delete ${row.title}`}
          onClick={() => onDelete(row)}
        >
          <Icon name="trash" />
        </button>
      ),
    },
  ];
}

function countOf(rows: readonly Row[], more: unknown): string {
  return more === undefined ? String(rows.length) : `${rows.length} of more`;
}

function NoDocuments() {
  return (
    <EmptyState title="There are no documents yet">
      <p>
        Drop a file above, or write a document. Questions are answered from documents as soon as
        they are stored.
      </p>
    </EmptyState>
  );
}
