import { useRef, useState } from "preact/hooks";
import { DialogFrame, type DialogProps } from "./dialog-frame.tsx";
import { Unsaved } from "./unsaved.ts";

/** A dialog that asks before it closes over what was written in it and not stored. */
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
    <DialogFrame title="Throw away what you wrote?" onClose={onKeep}>
      <p>It has not been stored.</p>
      <div class="actions end">
        <button type="button" onClick={onKeep}>
          Keep writing
        </button>
        <button type="button" class="danger" onClick={onDiscard}>
          Throw away
        </button>
      </div>
    </DialogFrame>
  );
}
