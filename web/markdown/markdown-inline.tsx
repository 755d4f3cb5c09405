import type { ComponentChildren } from "preact";

/** Makes the node of a citation: its numbers, and how they were written. */
export type RenderCitation = (numbers: readonly number[], written: string) => ComponentChildren;

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

/** Nodes of the words of one line. */
export function renderInline(
  text: string,
  citation: RenderCitation,
  depth = 0,
): readonly ComponentChildren[] {
  const nodes: ComponentChildren[] = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    const before = text.slice(at, match.index);
    // A citation stays on the line of the words that it is for.
    const isCited = match.groups?.["cite"] !== undefined;
    nodes.push(isCited ? before.replace(/ $/, "\u00A0") : before);
    nodes.push(
      toNode(match[0], match.groups ?? {}, (inner) => deeper(inner, citation, depth), citation),
    );
    at = match.index + match[0].length;
  }
  nodes.push(text.slice(at));
  return nodes;
}

function deeper(text: string, citation: RenderCitation, depth: number): ComponentChildren {
  return depth < MAX_DEPTH ? renderInline(text, citation, depth + 1) : text;
}

type Groups = Readonly<Record<string, string | undefined>>;

function toNode(
  written: string,
  groups: Groups,
  inner: (text: string) => ComponentChildren,
  citation: RenderCitation,
): ComponentChildren {
  const { code, cite, bold, italic = groups["under"] } = groups;
  if (code !== undefined) return <code>{code.slice(1, -1)}</code>;
  if (cite !== undefined) return citation((cite.match(/\d+/g) ?? []).map(Number), cite);
  if (bold !== undefined) return <strong>{inner(bold)}</strong>;
  if (italic !== undefined) return <em>{inner(italic)}</em>;
  return link(groups) ?? written;
}

/** Undefined for any address but a whole one with http or https. */
function link({ bare = "", address = bare, label = bare }: Groups): ComponentChildren {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return undefined;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer">
      {label}
    </a>
  );
}
