import type { RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

interface Props {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly running: "no" | "yes" | "stopping";
  readonly onSubmit: (message: string) => void;
  readonly onStop: () => void;
}

/**
 * The field for questions. Enter sends, Escape stops; while an answer is under way the button stops it
 * and the next question can be written.
 */
export function Composer({ field, running, onSubmit, onStop }: Props) {
  const [text, setText] = useState("");
  useLayoutEffect(() => fit(field.current), [text]);
  useEscape(running === "yes", onStop);

  function submit() {
    if (text.trim() === "" || running !== "no") return;
    setText("");
    onSubmit(text.trim());
  }

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <label class="unseen" for="message">
        Your question
      </label>
      <textarea
        id="message"
        ref={field}
        rows={1}
        maxLength={8000}
        dir="auto"
        placeholder="Ask a question"
        aria-describedby="hint"
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          // Enter that ends the composition of a character is not meant to send.
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          submit();
        }}
      />
      <SendOrStop running={running} field={field} onStop={onStop} />
    </form>
  );
}

function SendOrStop({ running, field, onStop }: Pick<Props, "running" | "field" | "onStop">) {
  const stop = useRef<HTMLButtonElement>(null);
  // The focus of a button that goes away is the field's.
  const focusField = () => {
    if (document.activeElement === stop.current) field.current?.focus({ preventScroll: true });
  };
  useLayoutEffect(() => focusField, [running]);

  if (running === "no") {
    return (
      <button type="submit" class="main">
        Send
      </button>
    );
  }
  return (
    <button
      ref={stop}
      type="button"
      disabled={running === "stopping"}
      onClick={() => {
        focusField();
        onStop();
      }}
    >
      {running === "stopping" ? "Stopping" : "Stop"}
    </button>
  );
}

function useEscape(isOn: boolean, onEscape: () => void): void {
  useEffect(() => {
    if (!isOn) return;
    const listen = (event: KeyboardEvent) => {
      const isInDialog = document.querySelector("dialog[open]") !== null;
      if (event.key === "Escape" && !event.isComposing && !isInDialog) onEscape();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, [isOn]);
}

function fit(field: HTMLTextAreaElement | null): void {
  if (field === null) return;
  field.style.height = "auto";
  field.style.height = `${field.scrollHeight}px`;
}
