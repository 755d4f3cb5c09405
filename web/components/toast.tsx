import { signal } from "@preact/signals";
import { Icon } from "./icon.tsx";

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: "good" | "bad";
}

/** How long a success message is shown, in milliseconds; errors stay until dismissed. */
const SHOWN_MS = 6_000;

const toasts = signal<readonly Toast[]>([]);
let count = 0;

/** Shows a message about an action, above the page. */
export function showToast(text: string, tone: Toast["tone"] = "good"): void {
  count += 1;
  const id = count;
  toasts.value = [...toasts.value.slice(-2), { id, text, tone }];
  if (tone === "good") setTimeout(() => dismiss(id), SHOWN_MS);
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

/** The live region of the messages. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, text, tone }) => (
        <div key={id} class={`toast ${tone}`}>
          <p>{text}</p>
          <button type="button" class="plain" aria-label="Dismiss" onClick={() => dismiss(id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
