import type { RefObject } from "preact";
import { formatCount } from "../format/numbers.ts";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

/** Maximum characters of a question. */
const MAX_CHARACTERS = 8_000;

interface Props {
  readonly field: RefObject<HTMLTextAreaElement | null>;
  readonly running: "no" | "yes" | "stopping";
  readonly onSubmit: (message: string) => void;
  readonly onStop: () => void;
}

/**
 * The input for questions. Enter sends, Escape stops. While an answer is in progress, the button stops it
 * and the next question can be written.
 */
export function Composer({ field, running, onSubmit, onStop }: Props) {
  const [text, setText] = useState("");
  const excess = text.trim().length - MAX_CHARACTERS;
  useLayoutEffect(() => fit(field.current), [text]);
  useEscape(running === "yes", onStop);

  function submit() {
    if (text.trim() === "" || excess > 0 || running !== "no") return;
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
        dir="auto"
        placeholder="Ask a question"
        aria-describedby={excess > 0 ? "too-long" : "hint"}
        aria-invalid={excess > 0}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          // Enter that ends an IME composition must not send.
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          submit();
        }}
      />
      <SendOrStop running={running} isTooLong={excess > 0} field={field} onStop={onStop} />
      {excess > 0 && <TooLong excess={excess} />}
    </form>
  );
}

function TooLong({ excess }: { readonly excess: number }) {
  const most = formatCount(MAX_CHARACTERS);
  return (
    <p id="too-long" class="hint error">
      <span role="alert">{most} characters at most</span>: {formatCount(excess)} too many.
    </p>
  );
}

interface SendProps extends Pick<Props, "running" | "field" | "onStop"> {
  readonly isTooLong: boolean;
}

function SendOrStop({ running, isTooLong, field, onStop }: SendProps) {
  const stop = useRef<HTMLButtonElement>(null);
  // When the focused button disappears, the input gets the focus.
  const focusField = () => {
    if (document.activeElement === stop.current) field.current?.focus({ preventScroll: true });
  };
  useLayoutEffect(() => focusField, [running]);

  if (running === "no") {
    return (
      <button type="submit" class="main" disabled={isTooLong}>
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
