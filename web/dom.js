/**
 * Makes an element. Text becomes text nodes and nothing is ever parsed as HTML, so that an answer,
 * a title or a passage cannot bring markup along.
 */
export function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(key, value);
    else node.setAttribute(key, String(value));
  }
  node.append(...children);
  return node;
}

/** Nodes and text in one. */
export function fragment(...children) {
  const nodes = document.createDocumentFragment();
  nodes.append(...children);
  return nodes;
}
