import type { ComponentChildren } from "preact";
import { INLINE, isLink, MAX_DEPTH, type Groups } from "./inline-marks.ts";

/** Renders a citation from its numbers and its original text. */
export type RenderCitation = (numbers: readonly number[], written: string) => ComponentChildren;

/** Renders the inline marks of one line. */
export function renderInline(
  text: string,
  citation: RenderCitation,
  depth = 0,
): readonly ComponentChildren[] {
  const nodes: ComponentChildren[] = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    const before = text.slice(at, match.index);
    // No line break between a citation and the text before it.
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

function link(groups: Groups): ComponentChildren {
  const { bare = "", address = bare, label = bare } = groups;
  if (!isLink(groups)) return undefined;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer">
      {label}
    </a>
  );
}
