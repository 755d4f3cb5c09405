import { useState } from "preact/hooks";
import { fetchJson, type RequestOptions } from "../api/client.ts";
import { toServerError } from "../api/server-error.ts";
import type { CacheEntry } from "../api/types.ts";
import { toPath } from "../app/router.ts";
import { Confirm } from "../components/confirm.tsx";
import { Icon } from "../components/icon.tsx";
import { showToast } from "../components/toast.tsx";

interface Props {
  readonly entry: CacheEntry;
  readonly onEdit: () => void;
  readonly onChanged: () => void;
  readonly onRemoved: () => void;
}

/** Actions for a cached answer. */
export function EntryActions({ entry, onEdit, onChanged, onRemoved }: Props) {
  const [asksToRemove, setAsksToRemove] = useState(false);
  const path = `/v1${toPath("cache", "entries", entry.id)}`;

  async function change(to: string, options: RequestOptions, done: string) {
    try {
      await fetchJson<CacheEntry>(to, options);
      showToast(done);
      onChanged();
    } catch (thrown) {
      showToast(toServerError(thrown).message, "bad");
    }
  }

  const pin = (pinned: boolean) =>
    change(
      path,
      { method: "PATCH", json: { pinned } },
      pinned ? "Pinned: it is kept for a year." : "Unpinned: it expires like other answers.",
    );
  const release = () =>
    change(`${path}/release`, { method: "POST" }, "Released: it is served again.");

  return (
    <div class="actions">
      {entry.state === "quarantined" && (
        <button type="button" class="main" onClick={() => void release()}>
          Release
        </button>
      )}
      <button type="button" onClick={() => void pin(!entry.pinned)}>
        <Icon name="pin" />
        {entry.pinned ? "Unpin" : "Pin"}
      </button>
      <button type="button" onClick={onEdit}>
        Edit
      </button>
      <button type="button" onClick={() => setAsksToRemove(true)}>
        <Icon name="trash" />
        Remove
      </button>
      {asksToRemove && (
        <RemoveOne
          entry={entry}
          path={path}
          onClose={() => setAsksToRemove(false)}
          onRemoved={onRemoved}
        />
      )}
    </div>
  );
}

interface RemoveProps {
  readonly entry: CacheEntry;
  readonly path: string;
  readonly onClose: () => void;
  readonly onRemoved: () => void;
}

function RemoveOne({ entry, path, onClose, onRemoved }: RemoveProps) {
  return (
    <Confirm
      title="Remove this answer?"
      action="Remove"
      isDangerous
      onClose={onClose}
      onConfirm={async () => {
        await fetchJson(path, { method: "DELETE" });
        showToast("Removed. The next time, this question gets a new answer.");
        onRemoved();
      }}
    >
      <p>The next time, “{entry.question}” gets a new answer, which costs a model call.</p>
    </Confirm>
  );
}
