import { readKey, saveKey } from "./key.js";

/** Asks for the API key when the server wants one; `onKey` is called when there is a new one. */
export function createKeyForm({ onKey }) {
  const [form, field, note] = ["key-form", "api-key", "key-note"].map((id) =>
    document.getElementById(id),
  );

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    saveKey(field.value.trim());
    field.value = "";
    form.hidden = true;
    onKey();
  });

  return {
    /** Shows itself after a refusal (401) and takes no notice of other errors. */
    show({ status }) {
      if (status !== 401) return;
      const kept = "It is kept until this tab is closed.";
      note.textContent =
        readKey() !== null ? "The server refuses this key." : `The server asks for a key. ${kept}`;
      form.hidden = false;
      field.focus();
    },
  };
}
