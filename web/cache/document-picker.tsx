import { useId, useState } from "preact/hooks";
import { withQuery } from "../api/client.ts";
import type { DocumentList } from "../api/types.ts";
import { usePages } from "../api/use-pages.ts";
import { Listing } from "../components/listing.tsx";
import { SearchField } from "../components/search-field.tsx";

/** Documents shown per page. */
const A_PAGE = 20;

export type PickedDocument = Pick<DocumentList["documents"][number], "id" | "title">;

interface Props {
  readonly label: string;
  readonly hint: string;
  /** Null: no document; undefined: no choice yet. */
  readonly picked: PickedDocument | null | undefined;
  /** The label of the choice "no document". */
  readonly none: string;
  readonly onPick: (picked: PickedDocument | null) => void;
}

/** Chooses a document or none; searches by title or id, or shows more. */
export function DocumentPicker({ label, hint, picked, none, onPick }: Props) {
  const [words, setWords] = useState("");
  const name = useId();
  const path = withQuery("/v1/documents", { query: words.trim(), limit: A_PAGE });
  const pages = usePages<DocumentList>(path);
  const rows = pages.replies?.flatMap(({ documents }) => documents);
  const isElsewhere =
    picked !== undefined && picked !== null && !rows?.some(({ id }) => id === picked.id);
  const option = (document: PickedDocument) => (
    <Option
      key={document.id}
      name={name}
      id={document.id}
      title={document.title}
      isPicked={document.id === picked?.id}
      onPick={() => onPick(document)}
    />
  );
  return (
    <fieldset class="picker" aria-describedby={`${name}-hint`}>
      <legend>{label}</legend>
      <div onKeyDown={keepInField}>
        <SearchField label="Search titles and ids" value={words} onSearch={setWords} />
      </div>
      <div class="picker-rows">
        <Option name={name} title={none} isPicked={picked === null} onPick={() => onPick(null)} />
        {/* What is chosen stays in sight, whatever is searched for. */}
        {isElsewhere && option(picked)}
        <Listing
          pages={pages}
          rows={rows}
          label="Documents"
          empty={
            <p class="soft">
              {words === "" ? "There are no documents." : "No title or id contains these words."}
            </p>
          }
        >
          {(shown) => shown.map(option)}
        </Listing>
      </div>
      <p id={`${name}-hint`} class="hint">
        {hint}
      </p>
    </fieldset>
  );
}

interface OptionProps {
  /** The name of the radio group. */
  readonly name: string;
  readonly title: string;
  /** The document id: titles may be equal. */
  readonly id?: string;
  readonly isPicked: boolean;
  readonly onPick: () => void;
}

function Option({ name, title, id, isPicked, onPick }: OptionProps) {
  return (
    <label class="picker-row">
      <input type="radio" name={name} checked={isPicked} onChange={onPick} />
      <span dir="auto">{title}</span>
      {id !== undefined && <span class="soft">{id}</span>}
    </label>
  );
}

/** Enter searches and does not submit the enclosing form. */
function keepInField(event: KeyboardEvent): void {
  if (event.key === "Enter") event.preventDefault();
}
