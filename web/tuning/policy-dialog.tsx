import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Confirm } from "../components/confirm.tsx";
import { Field } from "../components/field.tsx";

interface Props {
  readonly title: string;
  readonly action: string;
  /** Whether the reason is optional. */
  readonly isReasonOptional?: boolean;
  /** Changes the policy; an error is shown in the dialog. The reason is trimmed, and may be empty if optional. */
  readonly onConfirm: (reason: string) => Promise<void>;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** Asks for a reason before a change of the policy. */
export function PolicyDialog(props: Props) {
  const { title, action, isReasonOptional = false, onConfirm, onClose, children } = props;
  const [reason, setReason] = useState("");
  return (
    <Confirm
      title={title}
      action={action}
      onClose={onClose}
      onConfirm={async () => {
        const words = reason.trim();
        if (words === "" && !isReasonOptional) {
          throw new Error("Enter a reason. The history shows it.");
        }
        await onConfirm(words);
      }}
    >
      {children}
      <div class="reason">
        <Field label="Reason" hint="Shown in the history.">
          {(ids) => (
            <input
              {...ids}
              type="text"
              required={!isReasonOptional}
              maxLength={1000}
              value={reason}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          )}
        </Field>
      </div>
    </Confirm>
  );
}
