import { Fragment, isValidElement } from "preact";
import { describe, expect, it } from "vitest";
import { Markdown } from "../../web/markdown/markdown.tsx";

const propOf = (props: object, name: string): unknown => Reflect.get(props, name);

/** Nodes as text: elements by their names, with their addresses; components by their names. */
function draw(node: unknown): string {
  if (Array.isArray(node)) return node.map(draw).join("");
  if (!isValidElement(node)) return typeof node === "string" ? node : "";
  const { type, props } = node;
  const children = draw(propOf(props, "children"));
  if (type === Fragment) return children;
  if (typeof type !== "string")
    return `<${type.name}>${draw(propOf(props, "text"))}</${type.name}>`;
  const href = draw(propOf(props, "href"));
  return `<${type}${href === "" ? "" : ` href=${href}`}>${children}</${type}>`;
}

const shown = (text: string) =>
  draw(Markdown({ text, citation: (numbers) => `{${numbers.join("+")}}` }));

describe("an answer's Markdown", () => {
  it.each([
    ["One\ntwo  \nthree", "<p>One two<br></br>three</p>"],
    ["# Title\n\nText", "<h3>Title</h3><p>Text</p>"],
    [
      "**a *b* c** `d*e*` ~~f~~",
      "<p><strong>a <em>b</em> c</strong> <code>d*e*</code> <del>f</del></p>",
    ],
    [
      "1. one\n2. two\n   - in\n3. three",
      "<ol><li>one</li><li>two<ul><li>in</li></ul></li><li>three</li></ol>",
    ],
    ["- [x] done\n- [ ] not", "<ul><li>☑ done</li><li>☐ not</li></ul>"],
    ["```sh\nrm -rf **x**\n```", "<CodeBlock>rm -rf **x**</CodeBlock>"],
    ["> said", "<blockquote><p>said</p></blockquote>"],
    [
      "see https://example.com/a.",
      "<p>see <a href=https://example.com/a>https://example.com/a</a>.</p>",
    ],
    ["[help](https://example.com/)", "<p><a href=https://example.com/>help</a></p>"],
  ])("%j", (text, html) => {
    expect(shown(text)).toBe(html);
  });

  it("has the cells of a table with their marks", () => {
    const html = shown("| a | b |\n|---|---|\n| **1** | x \\| y |");
    expect(html).toContain("<th>a</th><th>b</th>");
    expect(html).toContain("<td><strong>1</strong></td><td>x | y</td>");
  });

  it.each([
    ["It is so [1].", "<p>It is so\u00A0{1}.</p>"],
    ["It is so [1, 12][3]", "<p>It is so\u00A0{1+12}{3}</p>"],
    ["[1]: not a definition", "<p>{1}: not a definition</p>"],
    ["[1](https://example.com/)", "<p><a href=https://example.com/>1</a></p>"],
    ["list[0x1] and `a[1]`", "<p>list[0x1] and <code>a[1]</code></p>"],
  ])("marks citations: %j", (text, html) => {
    expect(shown(text)).toBe(html);
  });

  it.each([
    "<img src=x onerror=alert(1)>",
    "a <b>bold</b> word",
    "[no](javascript:alert(1))",
    "![pixel](https://example.com/p.png)",
    "someone@example.com",
    "    indented",
  ])("keeps as text: %j", (text) => {
    expect(shown(text)).toBe(`<p>${text}</p>`);
  });

  it("is shown as it is written where it is nested deeper than anyone means", () => {
    expect(shown(`${"> ".repeat(30)}deep`)).toContain("> > deep");
    expect(shown(`${"> ".repeat(100_000)}deep`)).toContain("deep");
    expect(shown("[".repeat(50_000))).toContain("[[[");
  });
});
