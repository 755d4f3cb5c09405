import type { MarkedToken, Token, Tokens } from "marked";
import { createElement, type ComponentChildren } from "preact";
import { CodeBlock } from "./code-block.tsx";
import { isCitation, isMarkdown, isWebAddress, readMarkdown } from "./read-markdown.ts";

/** Makes the node of a citation: its numbers, and how they were written. */
export type RenderCitation = (numbers: readonly number[], written: string) => ComponentChildren;

interface Props {
  readonly text: string;
  /** Makes the node of `[n, m]`; by default it stays as it is written. */
  readonly citation?: RenderCitation;
}

/** Deeper nesting stays as it is written. */
const MAX_DEPTH = 12;

interface Context {
  readonly citation: RenderCitation;
  readonly depth: number;
}

/** Markdown as nodes. HTML stays text: nothing is ever parsed as markup. */
export function Markdown({ text, citation = (_numbers, written) => written }: Props) {
  const tokens = readMarkdown(text);
  if (tokens === undefined) return <p>{text}</p>;
  return <>{renderAll(tokens, { citation, depth: 0 })}</>;
}

function renderAll(tokens: readonly Token[], { citation, depth }: Context): ComponentChildren[] {
  const inner = { citation, depth: depth + 1 };
  return tokens.map((token, at) => {
    if (depth > MAX_DEPTH) return token.raw;
    // A citation stays on the line of the words that it is for.
    const next = tokens[at + 1];
    const isCited = next !== undefined && isCitation(next);
    return isCited && token.type === "text" && token.raw.endsWith(" ")
      ? `${lineOf(token.raw).slice(0, -1)}\u00A0`
      : render(token, inner);
  });
}

/** Tokens that are an element around what they hold. */
const ELEMENTS: ReadonlyMap<string, string> = new Map([
  ["heading", "h3"],
  ["paragraph", "p"],
  ["blockquote", "blockquote"],
  ["strong", "strong"],
  ["em", "em"],
  ["del", "del"],
]);

function render(token: Token, context: Context): ComponentChildren {
  if (isCitation(token)) return context.citation(numbersIn(token.raw), token.raw);
  if (!isMarkdown(token)) return token.raw;
  const element = ELEMENTS.get(token.type);
  if (element !== undefined && "tokens" in token) {
    return createElement(element, null, renderAll(token.tokens ?? [], context));
  }
  if (token.type === "list") return renderList(token, context);
  if (token.type === "table") return renderTable(token, context);
  if (token.type === "link") return renderLink(token, context);
  if (token.type === "code") return <CodeBlock text={token.text} />;
  return renderLeaf(token, context);
}

function numbersIn(citation: string): number[] {
  return (citation.match(/\d+/g) ?? []).map(Number);
}

function renderLeaf(token: MarkedToken, context: Context): ComponentChildren {
  if (token.type === "codespan") return <code>{token.text}</code>;
  if (token.type === "br") return <br />;
  if (token.type === "hr") return <hr />;
  if (token.type === "space") return null;
  if (token.type === "checkbox") return token.checked ? "☑ " : "☐ ";
  if (token.type === "escape") return token.text;
  if (token.type !== "text") return token.raw;
  return token.tokens === undefined ? lineOf(token.text) : renderAll(token.tokens, context);
}

function lineOf(text: string): string {
  return text.replaceAll("\n", " ");
}

function renderLink({ href, raw, tokens }: Tokens.Link, context: Context): ComponentChildren {
  if (!isWebAddress(href)) return raw;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer">
      {renderAll(tokens, context)}
    </a>
  );
}

function renderList({ items, ordered, start }: Tokens.List, context: Context) {
  const children = items.map(({ tokens }) => <li>{renderAll(tokens, context)}</li>);
  return ordered ? <ol start={start === "" ? 1 : start}>{children}</ol> : <ul>{children}</ul>;
}

function renderTable({ header, rows }: Tokens.Table, context: Context) {
  return (
    <div class="table-scroll" role="region" aria-label="Table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {header.map(({ tokens }) => (
              <th scope="col">{renderAll(tokens, context)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((cells) => (
            <tr>
              {cells.map(({ tokens }) => (
                <td>{renderAll(tokens, context)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
