import { element } from "./dom.js";
import { renderMarkdown } from "./markdown.js";
import { createSources } from "./sources.js";

/** The words of an answer, drawn once a frame at most while they come. */
export function createAnswerText() {
  const node = element("div", { class: "answer", dir: "auto" });
  let text = "";
  let sources = createSources();
  let isWaiting = true;
  let frame = 0;

  function draw() {
    cancelAnimationFrame(frame);
    frame = 0;
    node.classList.toggle("waiting", isWaiting && text === "");
    node.replaceChildren(renderMarkdown(text, (cited, written) => sources.marks(cited, written)));
  }

  return {
    node,
    /** Empties it and shows that words will come. */
    begin() {
      text = "";
      isWaiting = true;
      draw();
    },
    append(delta) {
      text += delta;
      frame ||= requestAnimationFrame(draw);
    },
    /** No more words will come; `whole` takes the place of those that came. */
    end(whole = { answer: text, sources }) {
      ({ answer: text, sources } = whole);
      isWaiting = false;
      draw();
    },
  };
}
