import { useEffect, useRef, useState } from "preact/hooks";
import { fetchJson } from "../api/client.ts";
import { toServerError } from "../api/server-error.ts";
import type { CacheEntry } from "../api/types.ts";
import { toPath } from "../app/router.ts";
import { Field } from "../components/field.tsx";
import { showToast } from "../components/toast.tsx";
import { useUnsaved } from "../components/unsaved.ts";

interface Props {
  readonly entry: CacheEntry;
  readonly onDone: () => void;
  readonly onChanged: () => void;
}

/** Edits the text of a cached answer. */
export function EditAnswer({ entry, onDone, onChanged }: Props) {
  const [answer, setAnswer] = useState(entry.answer);
  const [error, setError] = useState<string>();
  const [isBusy, setIsBusy] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  useUnsaved(answer !== entry.answer);

  async function save(event: SubmitEvent) {
    event.preventDefault();
    if (isBusy) return;
    setIsBusy(true);
    try {
      const path = `/v1${toPath("cache", "entries", entry.id)}`;
      await fetchJson<CacheEntry>(path, { method: "PATCH", json: { answer } });
      showToast("Saved. The new answer is served from now on.");
      onChanged();
      onDone();
    } catch (thrown) {
      setError(toServerError(thrown).message);
      setIsBusy(false);
    }
  }

  return (
    <form onSubmit={(event) => void save(event)}>
      <Field
        label="Answer"
        hint="Markdown. [n] cites the nth source. A change of a source still removes the answer."
        error={error}
      >
        {(ids) => (
          <textarea
            {...ids}
            ref={field}
            rows={10}
            required
            value={answer}
            onInput={(event) => setAnswer(event.currentTarget.value)}
          />
        )}
      </Field>
      <div class="actions end">
        <button type="button" onClick={onDone}>
          Cancel
        </button>
        <button type="submit" class="main" aria-disabled={isBusy} disabled={answer.trim() === ""}>
          Save
        </button>
      </div>
    </form>
  );
}
