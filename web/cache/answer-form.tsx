import { useEffect, useRef, useState } from "preact/hooks";
import { Field } from "../components/field.tsx";
import { useUnsaved } from "../components/unsaved.ts";

interface Props {
  readonly label: string;
  readonly hint: string;
  readonly error?: string | undefined;
  /** The text to edit. */
  readonly text: string;
  readonly rows: number;
  readonly isBusy: boolean;
  readonly onSave: (text: string) => void;
  readonly onCancel: () => void;
}

/** A form for the text of an answer. Takes the focus, and asks before changes are lost. */
export function AnswerForm({ label, hint, error, text, rows, isBusy, onSave, onCancel }: Props) {
  const [answer, setAnswer] = useState(text);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => field.current?.focus(), []);
  useUnsaved(answer !== text);

  function save(event: SubmitEvent) {
    event.preventDefault();
    if (!isBusy) onSave(answer);
  }

  return (
    <form onSubmit={save}>
      <Field label={label} hint={hint} error={error}>
        {(ids) => (
          <textarea
            {...ids}
            ref={field}
            rows={rows}
            required
            value={answer}
            onInput={(event) => setAnswer(event.currentTarget.value)}
          />
        )}
      </Field>
      <div class="actions end">
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
        <button type="submit" class="main" aria-disabled={isBusy} disabled={answer.trim() === ""}>
          Save
        </button>
      </div>
    </form>
  );
}
