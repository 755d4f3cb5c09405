import { Icon } from "../components/icon.tsx";
import { showToast } from "../components/toast.tsx";

/** A block of code with a copy button. */
export function CodeBlock({ text }: { readonly text: string }) {
  return (
    <div class="code-block">
      <pre tabIndex={0} dir="ltr">
        <code>{text}</code>
      </pre>
      <button
        type="button"
        class="plain"
        aria-label="Copy the code"
        onClick={() => void copy(text)}
      >
        <Icon name="copy" />
      </button>
    </div>
  );
}

/** Copies a text to the clipboard; returns whether it was allowed. */
export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    showToast("Copied.");
  } catch {
    showToast("The browser does not let this page copy. Select the text and copy it.", "bad");
  }
}
