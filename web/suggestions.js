import { element } from "./dom.js";
import { listTitles } from "./server.js";

const SUGGESTIONS = 6;

/**
 * Offers titles from all over the list of documents, which are questions that the documents answer.
 *
 * @throws ServerError
 */
export async function showSuggestions(place, onChoose) {
  try {
    const titles = spread([...new Set(await listTitles())], SUGGESTIONS);
    const buttons = titles.map((title) =>
      element("button", { type: "button", dir: "auto", click: () => onChoose(title) }, title),
    );
    const none = element("p", {}, "There are no documents yet. Add some with POST /v1/documents.");
    place.replaceChildren(...(buttons.length === 0 ? [none] : buttons));
  } finally {
    place.setAttribute("aria-busy", "false");
  }
}

/** `count` of the items at most, at even distances. */
function spread(items, count) {
  if (items.length <= count) return items;
  return Array.from(
    { length: count },
    (_none, place) => items[Math.floor((place * items.length) / count)],
  );
}
