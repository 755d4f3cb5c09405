import { useState } from "preact/hooks";
import { fetchJson } from "../api/client.ts";
import { toServerError, type ServerError } from "../api/server-error.ts";
import type { IngestReport } from "../api/types.ts";
import { Dialog } from "../components/dialog.tsx";
import { Field } from "../components/field.tsx";
import { Problem } from "../components/problem.tsx";
import { showToast } from "../components/toast.tsx";
import { useUnsaved } from "../components/unsaved.ts";
import { describeInvalidated, describeReport } from "./describe-report.ts";

interface Props {
  /** The edited document; undefined creates a new one. */
  readonly document?: { readonly id: string; readonly title: string; readonly text: string };
  readonly onSaved: (report: IngestReport) => void;
  readonly onClose: () => void;
}

const NOTHING = { title: "", text: "" };

/** Writes a document, or edits one. */
export function WriteDialog(props: Props) {
  const title = props.document === undefined ? "Write a document" : "Edit";
  return (
    <Dialog title={title} kind="side" onClose={props.onClose}>
      <WriteForm {...props} />
    </Dialog>
  );
}

function WriteForm({ document, onSaved, onClose }: Props) {
  const before = document ?? NOTHING;
  const [title, setTitle] = useState(before.title);
  const [text, setText] = useState(before.text);
  const { save, isBusy, error } = useSave(document?.id, onSaved);
  useUnsaved(title !== before.title || text !== before.text);
  return (
    <form
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        void save({ title, text });
      }}
    >
      <Field label="Title">
        {(ids) => (
          <input
            {...ids}
            type="text"
            required
            maxLength={300}
            value={title}
            onInput={(event) => setTitle(event.currentTarget.value)}
          />
        )}
      </Field>
      <Field label="Text" hint="Markdown. Headings split it into passages.">
        {(ids) => (
          <textarea
            {...ids}
            rows={18}
            required
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
          />
        )}
      </Field>
      {error !== undefined && <Problem error={error} />}
      <div class="actions end">
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" class="main" aria-disabled={isBusy}>
          {isBusy ? "Storing" : "Store"}
        </button>
      </div>
    </form>
  );
}

function useSave(id: string | undefined, onSaved: Props["onSaved"]) {
  const [error, setError] = useState<ServerError>();
  const [isBusy, setIsBusy] = useState(false);
  async function save(written: { title: string; text: string }) {
    if (isBusy) return;
    setIsBusy(true);
    try {
      const report = await put(id, written);
      const change = describeInvalidated(report.invalidated_answers);
      showToast(`Stored: ${describeReport(report)}; ${change}.`);
      onSaved(report);
    } catch (thrown) {
      setError(toServerError(thrown));
      setIsBusy(false);
    }
  }
  return { save, isBusy, error };
}

function put(id: string | undefined, json: { title: string; text: string }): Promise<IngestReport> {
  if (id === undefined) return fetchJson<IngestReport>("/v1/documents", { method: "POST", json });
  return fetchJson<IngestReport>(`/v1/documents/${encodeURIComponent(id)}`, {
    method: "PUT",
    json,
  });
}
