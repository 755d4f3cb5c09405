import { useEffect, useRef, useState } from "preact/hooks";
import { request, withQuery } from "../api/client.ts";
import type { ConversationList as Reply } from "../api/types.ts";
import { usePages } from "../api/use-pages.ts";
import { navigate, toPath } from "../app/router.ts";
import { Confirm } from "../components/confirm.tsx";
import { Icon } from "../components/icon.tsx";
import { Listing } from "../components/listing.tsx";
import { Moment } from "../components/moment.tsx";
import { SearchField } from "../components/search-field.tsx";
import { useKeptFocus } from "../components/use-kept-focus.ts";
import { forgetLastAsked, readLastAsked } from "./last-asked.ts";
import { changes, conversationId, startOver } from "./conversation.ts";

type Row = Reply["conversations"][number];

/** Conversations by title, newest first; `onOpen` is called when one is chosen. */
export function ConversationList({ onOpen }: { readonly onOpen?: () => void }) {
  const [query, setQuery] = useState("");
  const [doomed, setDoomed] = useState<Row>();
  const pages = usePages<Reply>(withQuery("/v1/conversations", { limit: 30, query }));
  const rows = pages.replies?.flatMap(({ conversations }) => conversations);
  const list = useRef<HTMLDivElement>(null);
  useKeptFocus(list);
  useEffect(() => {
    if (changes.value > 0) pages.reload();
  }, [changes.value]);

  return (
    <div ref={list} class="conversations" tabIndex={-1}>
      <SearchField label="Search conversations" value={query} onSearch={setQuery} />
      <Listing
        pages={pages}
        rows={rows}
        label="Conversations"
        empty={<NoneYet isSearch={query !== ""} />}
      >
        {(shown) => (
          <ul>
            {shown.map((row) => (
              <li key={row.id}>
                <a
                  href={toPath("conversations", row.id)}
                  aria-current={row.id === conversationId.value ? "true" : undefined}
                  onClick={onOpen}
                >
                  <span class="title" dir="auto">
                    {row.title}
                  </span>
                  <Moment at={row.updated_at} />
                </a>
                <button
                  type="button"
                  class="plain"
                  aria-label={`Delete ${row.title}`}
                  onClick={() => setDoomed(row)}
                >
                  <Icon name="trash" />
                </button>
              </li>
            ))}
          </ul>
        )}
      </Listing>
      {doomed !== undefined && (
        <DeleteConversation
          row={doomed}
          onDone={pages.reload}
          onClose={() => setDoomed(undefined)}
        />
      )}
    </div>
  );
}

function NoneYet({ isSearch }: { readonly isSearch: boolean }) {
  return (
    <p class="soft">
      {isSearch ? "No conversation contains these words." : "Your conversations appear here."}
    </p>
  );
}

interface DeleteProps {
  readonly row: Row;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

function DeleteConversation({ row, onDone, onClose }: DeleteProps) {
  async function remove() {
    await request(`/v1/conversations/${encodeURIComponent(row.id)}`, { method: "DELETE" });
    if (readLastAsked(row.id) !== undefined) forgetLastAsked();
    if (row.id === conversationId.value) {
      startOver();
      navigate("/");
    }
    onDone();
  }
  return (
    <Confirm
      title="Delete this conversation?"
      action="Delete"
      isDangerous
      onConfirm={remove}
      onClose={onClose}
    >
      <p>
        “{row.title}” and its {row.messages} messages are permanently erased. Its costs stay in the
        reports.
      </p>
    </Confirm>
  );
}
