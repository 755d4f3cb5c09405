import { convert, type FormatCallback } from "html-to-text";

const HEADING_LEVELS = [1, 2, 3, 4, 5, 6];
const DROPPED = ["img", "nav", "script", "style", "noscript", "template", "svg", "iframe", "form"];
/** Deeper elements are left out; a page of ten thousand nested tags is no page. */
const MAX_DEPTH = 200;

/** Headings as `#`, so that the text is split along them; scripts, styles and navigation are dropped. */
export function htmlToMarkdown(html: string): string {
  return convert(html, {
    wordwrap: false,
    limits: { maxInputLength: html.length, maxDepth: MAX_DEPTH },
    formatters: {
      ...Object.fromEntries(
        HEADING_LEVELS.map((level) => [`heading${level}`, markdownHeading(level)]),
      ),
      fencedCode,
      tableRow,
      tableCell,
    },
    selectors: [
      ...HEADING_LEVELS.map((level) => ({ selector: `h${level}`, format: `heading${level}` })),
      ...DROPPED.map((selector) => ({ selector, format: "skip" })),
      { selector: "a", options: { ignoreHref: true } },
      { selector: "ul", options: { itemPrefix: "- " } },
      { selector: "table", format: "block", options: { leadingLineBreaks: 2 } },
      { selector: "pre", format: "fencedCode" },
      { selector: "tr", format: "tableRow" },
      { selector: "th", format: "tableCell" },
      { selector: "td", format: "tableCell" },
    ],
  });
}

function markdownHeading(level: number): FormatCallback {
  return (element, walk, builder) => {
    builder.openBlock({ leadingLineBreaks: 2 });
    builder.addInline(`${"#".repeat(level)} `);
    walk(element.children, builder);
    builder.closeBlock({ trailingLineBreaks: 2 });
  };
}

/** Between fences, so that a comment in code is not taken for a heading. */
const fencedCode: FormatCallback = (element, walk, builder) => {
  builder.openBlock({ isPre: true, leadingLineBreaks: 2 });
  builder.addInline("```\n");
  walk(element.children, builder);
  builder.addInline("\n```");
  builder.closeBlock({ trailingLineBreaks: 2 });
};

/** A row is a line: `| one | two |`. */
const tableRow: FormatCallback = (element, walk, builder) => {
  builder.openBlock({ leadingLineBreaks: 1 });
  builder.addInline("| ");
  walk(element.children, builder);
  builder.closeBlock({ trailingLineBreaks: 1 });
};

const tableCell: FormatCallback = (element, walk, builder) => {
  walk(element.children, builder);
  builder.addInline(" | ");
};
