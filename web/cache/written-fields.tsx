import { Field } from "../components/field.tsx";
import { DocumentSelect } from "./document-select.tsx";

/** What a person writes. */
export interface Written {
  readonly question: string;
  readonly answer: string;
  /** Empty: it leans on none. */
  readonly documentId: string;
}

export const NOTHING: Written = { question: "", answer: "", documentId: "" };

interface Props {
  readonly written: Written;
  readonly onChange: (written: Written) => void;
}

/** The fields of an answer that is written here. */
export function WrittenFields({ written, onChange }: Props) {
  return (
    <>
      <Field label="Question" hint="As people ask it; it should stand on its own.">
        {(ids) => (
          <input
            {...ids}
            type="text"
            required
            value={written.question}
            onInput={(event) => onChange({ ...written, question: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field label="Answer" hint="Markdown.">
        {(ids) => (
          <textarea
            {...ids}
            rows={6}
            required
            value={written.answer}
            onInput={(event) => onChange({ ...written, answer: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field label="Leans on" hint="When this document changes or goes, so does the answer.">
        {(ids) => (
          <DocumentSelect
            ids={ids}
            value={written.documentId}
            none="No document"
            onChange={(documentId) => onChange({ ...written, documentId })}
          />
        )}
      </Field>
    </>
  );
}
