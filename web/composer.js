const byId = (id) => document.getElementById(id);

/**
 * The field for questions. Enter sends, Escape stops; while an answer is under way the button stops it
 * and the next question can be written.
 */
export function createComposer({ onSubmit, onStop }) {
  const [field, send, stop] = ["message", "send", "stop"].map(byId);
  let isRunning = false;

  function fit() {
    field.style.height = "auto";
    field.style.height = `${field.scrollHeight}px`;
  }

  function submit() {
    const message = field.value.trim();
    if (message === "" || isRunning) return;
    field.value = "";
    fit();
    onSubmit(message);
  }

  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  field.addEventListener("input", fit);
  field.addEventListener("keydown", (event) => {
    // Enter that ends the composition of a character is not meant to send.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && isRunning && !event.isComposing) onStop();
  });
  stop.addEventListener("click", onStop);

  return {
    focus: () => field.focus({ preventScroll: true }),
    showRunning(running) {
      isRunning = running;
      const hadFocus = document.activeElement === stop;
      send.hidden = running;
      stop.hidden = !running;
      stop.disabled = false;
      stop.textContent = "Stop";
      if (hadFocus) field.focus({ preventScroll: true });
    },
    showStopping() {
      field.focus({ preventScroll: true });
      stop.disabled = true;
      stop.textContent = "Stopping";
    },
  };
}
