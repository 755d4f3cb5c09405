import { element, fragment } from "./dom.js";

/** Deeper nesting of emphasis is left as it is written. */
const MAX_DEPTH = 6;

/** Every repetition is bounded, so that no text takes long to match. */
const INLINE = new RegExp(
  [
    "(?<code>`[^`\\n]{1,2000}`)",
    "(?<cite>\\[\\d{1,3}(?:\\s*,\\s*\\d{1,3})*\\](?!\\())",
    "\\[(?<label>[^\\[\\]\\n]{1,300})\\]\\((?<address>[^()\\s]{1,2000})\\)",
    "\\*\\*(?=\\S)(?<bold>[^\\n]{1,2000}?)\\*\\*",
    "\\*(?=[^\\s*])(?<italic>[^*\\n]{1,2000})\\*",
    "(?<!\\w)_(?=[^\\s_])(?<under>[^_\\n]{1,2000})_(?!\\w)",
    "(?<bare>https?:\\/\\/[^\\s<>\"'`()\\[\\]*]{1,2000}[^\\s<>\"'`()\\[\\]*.,;:!?])",
  ].join("|"),
  "g",
);

/** Builds nodes from the words of one line. */
export function renderInline(text, citation, depth = 0) {
  const nodes = fragment();
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    const before = text.slice(at, match.index);
    // A citation stays on the line of the words that it is for.
    nodes.append(match.groups.cite === undefined ? before : before.replace(/ $/, "\u00A0"));
    nodes.append(toNode(match, citation, depth));
    at = match.index + match[0].length;
  }
  nodes.append(text.slice(at));
  return nodes;
}

function toNode({ 0: written, groups }, citation, depth) {
  const { code, cite, bold } = groups;
  if (code !== undefined) return element("code", {}, code.slice(1, -1));
  if (cite !== undefined) return citation(cite.match(/\d+/g).map(Number), cite);
  const inner = (text) => (depth < MAX_DEPTH ? renderInline(text, citation, depth + 1) : text);
  if (bold !== undefined) return element("strong", {}, inner(bold));
  const italic = groups.italic ?? groups.under;
  if (italic !== undefined) return element("em", {}, inner(italic));
  return link(groups) ?? written;
}

/** Undefined for any address but a whole one with http or https. */
function link({ bare, address = bare, label = bare }) {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return undefined;
  return element("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, label);
}
