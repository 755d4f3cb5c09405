import { Field } from "../components/field.tsx";
import { DocumentPicker, type PickedDocument } from "./document-picker.tsx";

/** The input of a written answer. */
export interface Written {
  readonly question: string;
  readonly answer: string;
  /** The source document. */
  readonly document: PickedDocument | null;
}

export const NOTHING: Written = { question: "", answer: "", document: null };

interface Props {
  readonly written: Written;
  readonly onChange: (written: Written) => void;
}

/** The form fields of a written answer. */
export function WrittenFields({ written, onChange }: Props) {
  return (
    <>
      <Field label="Question" hint="As people ask it, complete without a conversation.">
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
      <DocumentPicker
        label="Source document"
        hint="The answer is removed when this document changes or is deleted."
        none="No document"
        picked={written.document}
        onPick={(document) => onChange({ ...written, document })}
      />
    </>
  );
}
