import { Field } from "../components/field.tsx";
import { DocumentPicker, type PickedDocument } from "./document-picker.tsx";

/** What a person writes. */
export interface Written {
  readonly question: string;
  readonly answer: string;
  /** What it leans on. */
  readonly document: PickedDocument | null;
}

export const NOTHING: Written = { question: "", answer: "", document: null };

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
      <DocumentPicker
        label="Leans on"
        hint="When this document changes or goes, so does the answer."
        none="No document"
        picked={written.document}
        onPick={(document) => onChange({ ...written, document })}
      />
    </>
  );
}
