import { setQuery } from "../app/router.ts";
import { Field } from "../components/field.tsx";
import { formatTarget, TARGETS } from "./targets.ts";

/** Chooses the target wrong-hit rate. */
export function TargetPicker({ target }: { readonly target: number }) {
  return (
    <Field label="Wrong answers at most">
      {(ids) => (
        <select
          {...ids}
          value={String(target)}
          onChange={(event) => setQuery({ target: event.currentTarget.value })}
        >
          {TARGETS.map((each) => (
            <option key={each} value={String(each)}>
              {formatTarget(each)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
