import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readHtml } from "../../src/knowledge/read-html.ts";

const textOf = (html: string) => readHtml(html).text;

describe("reading HTML", () => {
  it.each([
    ["white space", "<p> a\n\tb&nbsp; <b>c</b>d <i> e</i></p>", "a b cd e"],
    ["paragraphs", "<p>a</p><div>b</div><div>c</div><p>d", "a\n\nb\nc\n\nd"],
    ["paragraphs nobody closes", "<p>a<p>b<blockquote>c", "a\n\nb\n\nc"],
    ["line breaks", "a<br>b<br/>c", "a\nb\nc"],
    ["entities", "&lt;b&gt; &amp; &copy; &#x1F642; &qqq; &#0;", "<b> & © 🙂 &qqq; \uFFFD"],
    ["a heading with blocks in it", "<h2><div>Big</div><br>title</h2>x", "## Big title\n\nx"],
    ["a heading that is empty", "a<h2> </h2>b", "a\n\nb"],
    ["headings nobody closes", "<h1>a<h3>b<ul><li>c", "# a\n\n### b\n\n- c"],
    ["lists", "<ul><li>a<li><p>b</p><p>c</p><li></ul>d", "- a\n\n- b\n\nc\n\nd"],
    [
      "lists in lists",
      "<ol><li>a<ul><li>x</li><li>y</li></ul></li><li>b</ol>",
      "1. a\n  - x\n  - y\n2. b",
    ],
    ["an item without a list", "<li>a</li>", "- a"],
    ["a heading in an item", "<ul><li><h3>a</h3>b</ul>", "### a\n\nb"],
    [
      "a table with blocks and gaps in its cells",
      "<table><tr><th>a<td><p>b</p><p>c</p><tr><td></td><td> </td><td>d</td><td></table>e",
      "| a | b c |\n| | | d | |\n\ne",
    ],
    ["an empty row", "<table><tr><td></td></tr><tr><td>a</td></tr></table>", "| a |"],
    [
      "a table that lays out a page",
      "<table><tr><td><h1>A</h1><p>b</p></td><td>c<table><tr><td>d</td></tr></table>e</td></tr></table>",
      "# A\n\nb\n\nc\n\n| d |\n\ne",
    ],
    ["code", "<pre>\n  a\n\n  b &lt; c\n</pre>", "```\n  a\n\n  b < c\n```"],
    ["code with fences", "<pre>```\na\n````</pre>", "`````\n```\na\n````\n`````"],
    [
      "code with a tag for each line",
      "<pre><div>a</div><div>b</div>c<br>d</pre>",
      "```\na\nb\nc\nd\n```",
    ],
    ["code that is empty, and none that ends", "<pre> </pre>a<pre>b", "a\n\n```\nb\n```"],
    ["what is no text", "a<script>1<2</script><style>x</style><!-- y --><svg/>b<img alt=z>", "ab"],
    ["navigation nobody closes", "<div><nav><div>x</div><a>y</a></div>b", "b"],
    ["navigation in navigation", "<nav>a<nav>b</nav>c</nav>d", "d"],
    ["forms around pages", "<form><p>a</p><select><option>b</select></form>", "a"],
    ["tags nobody knows, in any case", "<X-Y>a</X-Y><STRONG>b</sTrong>", "ab"],
    ["what is no tag", "1 < 2 > 3 <4 <> </>", "1 < 2 > 3 <4 <>"],
    ["a tag that never ends", "a<b class='x", "a"],
    ["a comment that never ends", "a<!-- b", "a"],
  ])("%s", (_what, html, text) => {
    expect(textOf(html)).toBe(text);
  });

  it("takes the title and leaves it out of the text", () => {
    const html = "<title>Q &amp; <b>A</b></title><svg><title>no</title></svg><p>a";
    expect(readHtml(html)).toEqual({ title: "Q & <b>A</b>", text: "a" });
    expect(readHtml("<p>a").title).toBe("");
  });

  const DEPTH = 200_000;
  it.each([
    ["div", "<div>", "</div>"],
    ["div, not closed", "<div>", ""],
    ["lists", "<ul><li>", "</li></ul>"],
    ["lists, not closed", "<ul><li>", ""],
    ["tables, not closed", "<table><tr><td>", ""],
    ["quotes", "<blockquote>", "</blockquote>"],
    ["inline", "<b>", "</b>"],
    ["closed only", "</div>", ""],
    ["headings", "<h1>", ""],
    ["paragraphs in items, not closed", "<li><p>", ""],
  ])("reaches the text below %s nested 200,000 deep", (_what, open, close) => {
    const text = textOf(`${open.repeat(DEPTH)}deep${close.repeat(DEPTH)}<p>after</p>`);
    expect(text).toContain("deep");
    expect(text).toContain("after");
  });

  it("writes at most four characters for each that it reads, and no tags", () => {
    const piece = fc.constantFrom(
      ..."a;x ;\n;&amp;;<p>;</p>;<div>;<h1>;</h1>;<h6>;<ul>;<ol>;</ul>;<li>;</li>;<table>;<tr>;<td>;".split(
        ";",
      ),
      ..."</tr>;</table>;<pre>;</pre>;<br>;<nav>;</nav>;<svg/>;<;&;```;<!--;-->".split(";"),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => {
        const html = pieces.join("");
        const text = textOf(html);
        expect(text.length).toBeLessThanOrEqual(4 * html.length + 20);
        expect(text).not.toMatch(/<(?:p|div|h1|ul|li|tr|td)>/);
        if (!html.includes("<pre>")) expect(text).not.toContain("\n\n\n");
      }),
    );
  });
});
