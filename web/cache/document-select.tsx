import type { DocumentList } from "../api/types.ts";
import { useResource } from "../api/use-resource.ts";
import type { ControlIds } from "../components/field.tsx";

interface Props {
  readonly ids: ControlIds;
  readonly value: string;
  /** What no document is called. */
  readonly none: string;
  readonly onChange: (id: string) => void;
}

/** Chooses a document, of the first hundred. */
export function DocumentSelect({ ids, value, none, onChange }: Props) {
  const { data } = useResource<DocumentList>("/v1/documents?limit=100");
  return (
    <select {...ids} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
      <option value="">{none}</option>
      {data?.documents.map(({ id, title }) => (
        <option key={id} value={id}>
          {title}
        </option>
      ))}
    </select>
  );
}
