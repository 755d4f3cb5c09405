import { useRef, useState } from "preact/hooks";
import { DialogFrame, type DialogProps } from "./dialog-frame.tsx";
import { Unsaved } from "./unsaved.ts";

/** A dialog that asks before it discards unsaved input. */
export function Dialog({ onClose, children, ...rest }: DialogProps) {
  const unsaved = useRef(false);
  const [asks, setAsks] = useState(false);
  const close = () => (unsaved.current ? setAsks(true) : onClose());
  return (
    <DialogFrame {...rest} onClose={close}>
      <Unsaved.Provider value={unsaved}>{children}</Unsaved.Provider>
      {asks && <Discard onKeep={() => setAsks(false)} onDiscard={onClose} />}
    </DialogFrame>
  );
}

interface DiscardProps {
  readonly onKeep: () => void;
  readonly onDiscard: () => void;
}

function Discard({ onKeep, onDiscard }: DiscardProps) {
  return (
    <DialogFrame title="Discard your changes?" onClose={onKeep}>
      <p>They are not saved.</p>
      <div class="actions end">
        <button type="button" onClick={onKeep}>
          Keep editing
        </button>
        <button type="button" class="danger" onClick={onDiscard}>
          Discard
        </button>
      </div>
    </DialogFrame>
  );
}
