import { useRef, useState } from "preact/hooks";
import type { ListedEntry } from "../api/types.ts";
import { useResource } from "../api/use-resource.ts";
import { toPath } from "../app/router.ts";
import { Dialog } from "../components/dialog.tsx";
import { Loaded } from "../components/loaded.tsx";
import { useKeptFocus } from "../components/use-kept-focus.ts";
import { Markdown } from "../markdown/markdown.tsx";
import { EditAnswer } from "./edit-answer.tsx";
import { EntryActions } from "./entry-actions.tsx";
import { EntryBadges } from "./entry-badges.tsx";
import { EntryFacts } from "./entry-facts.tsx";
import { EntrySources } from "./entry-sources.tsx";

interface Props {
  readonly id: string;
  readonly onClose: () => void;
  /** Called after a change or removal. */
  readonly onChanged: () => void;
}

/** All details of one cached answer. */
export function EntryDialog({ id, onClose, onChanged }: Props) {
  const entry = useResource<ListedEntry>(`/v1${toPath("cache", "entries", id)}`);
  const changed = () => {
    entry.reload();
    onChanged();
  };
  const removed = () => {
    onChanged();
    onClose();
  };
  return (
    <Dialog title={entry.data?.question ?? "Cached answer"} kind="side" onClose={onClose}>
      <Loaded of={entry} label="The answer">
        {(data) => <EntryView entry={data} onChanged={changed} onRemoved={removed} />}
      </Loaded>
    </Dialog>
  );
}

interface ViewProps {
  readonly entry: ListedEntry;
  readonly onChanged: () => void;
  readonly onRemoved: () => void;
}

function EntryView({ entry, onChanged, onRemoved }: ViewProps) {
  const [isEditing, setIsEditing] = useState(false);
  const view = useRef<HTMLDivElement>(null);
  useKeptFocus(view);
  return (
    <div ref={view} class="entry" tabIndex={-1}>
      <p class="entry-badges">
        <EntryBadges entry={entry} />
      </p>
      {entry.state === "quarantined" && (
        <p class="notice">
          A reader reported this answer. It is not served until you release it, or until the same
          question gets a new answer.
        </p>
      )}
      {isEditing ? (
        <EditAnswer entry={entry} onDone={() => setIsEditing(false)} onChanged={onChanged} />
      ) : (
        <>
          <div class="entry-answer" dir="auto">
            <Markdown text={entry.answer} />
          </div>
          <EntryActions
            entry={entry}
            onEdit={() => setIsEditing(true)}
            onChanged={onChanged}
            onRemoved={onRemoved}
          />
        </>
      )}
      <EntrySources entry={entry} />
      <EntryFacts entry={entry} />
    </div>
  );
}
