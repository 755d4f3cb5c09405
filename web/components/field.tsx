import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** Attributes that connect a control to its label, hint and error. */
export interface ControlIds {
  readonly id: string;
  readonly "aria-describedby"?: string;
  readonly "aria-invalid"?: true;
}

interface Props {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly error?: string | undefined;
  /** Renders the control with the ids. */
  readonly children: (ids: ControlIds) => ComponentChildren;
}

/** A control with a label above and a hint or error below. */
export function Field({ label, hint, error, children }: Props) {
  const id = useId();
  const isNoted = hint !== undefined || error !== undefined;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {children({
        id,
        ...(isNoted && { "aria-describedby": `${id}-note` }),
        ...(error !== undefined && { "aria-invalid": true }),
      })}
      {isNoted && (
        <p id={`${id}-note`} class={error === undefined ? "hint" : "hint error"} role="status">
          {error ?? hint}
        </p>
      )}
    </div>
  );
}
