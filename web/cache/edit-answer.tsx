import { useState } from "preact/hooks";
import { fetchJson } from "../api/client.ts";
import { toServerError } from "../api/server-error.ts";
import type { CacheEntry } from "../api/types.ts";
import { toPath } from "../app/router.ts";
import { showToast } from "../components/toast.tsx";
import { AnswerForm } from "./answer-form.tsx";

interface Props {
  readonly entry: CacheEntry;
  readonly onDone: () => void;
  readonly onChanged: () => void;
}

/** Edits the text of a cached answer. */
export function EditAnswer({ entry, onDone, onChanged }: Props) {
  const [error, setError] = useState<string>();
  const [isBusy, setIsBusy] = useState(false);

  async function save(answer: string) {
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
    <AnswerForm
      label="Answer"
      hint="Markdown. [n] cites the nth source. A change of a source still removes the answer."
      error={error}
      text={entry.answer}
      rows={10}
      isBusy={isBusy}
      onSave={(answer) => void save(answer)}
      onCancel={onDone}
    />
  );
}
