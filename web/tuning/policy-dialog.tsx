import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Confirm } from "../components/confirm.tsx";
import { Field } from "../components/field.tsx";

interface Props {
  readonly title: string;
  readonly deed: string;
  /** Whether it can be done without a reason. */
  readonly isReasonOptional?: boolean;
  /** Changes the policy; a failure is shown in the dialog. The reason is trimmed, and may be empty where it is optional. */
  readonly onConfirm: (reason: string) => Promise<void>;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** Asks for the reason of a change of the policy before it is made. */
export function PolicyDialog(props: Props) {
  const { title, deed, isReasonOptional = false, onConfirm, onClose, children } = props;
  const [reason, setReason] = useState("");
  return (
    <Confirm
      title={title}
      deed={deed}
      onClose={onClose}
      onConfirm={async () => {
        const words = reason.trim();
        if (words === "" && !isReasonOptional) {
          throw new Error("Say why: those who look later want to know.");
        }
        await onConfirm(words);
      }}
    >
      {children}
      <div class="reason">
        <Field label="Reason" hint="It stands in the history.">
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
