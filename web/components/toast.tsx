import { signal } from "@preact/signals";
import { Icon } from "./icon.tsx";

interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: "good" | "bad";
}

/** How long good news is shown, in milliseconds; bad news stays until it is put away. */
const SHOWN_MS = 6_000;

const toasts = signal<readonly Toast[]>([]);
let count = 0;

/** Tells of something that was done, or that failed, without taking the place of anything. */
export function showToast(text: string, tone: Toast["tone"] = "good"): void {
  count += 1;
  const id = count;
  toasts.value = [...toasts.value.slice(-2), { id, text, tone }];
  if (tone === "good") setTimeout(() => dismiss(id), SHOWN_MS);
}

function dismiss(id: number): void {
  toasts.value = toasts.value.filter((toast) => toast.id !== id);
}

/** Where they are shown, and read out. */
export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, text, tone }) => (
        <div key={id} class={`toast ${tone}`}>
          <p>{text}</p>
          <button type="button" class="plain" aria-label="Put away" onClick={() => dismiss(id)}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
