import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { loadFolder } from "../../src/knowledge/load-folder.ts";
import { readDocumentContent, readDocumentText } from "../../src/knowledge/load.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("reading a document", () => {
  it("takes the title from the first heading, else from the file's name", () => {
    expect(readDocumentText("text\n\n## The *title* ##\n").title).toBe("The *title*");
    expect(readDocumentText("text", { fileName: "folder/refunds.md" }).title).toBe("refunds");
    expect(readDocumentText("text").title).toBe("Untitled");
    expect(readDocumentText("```sh\n# comment\n```\n\nBig **title**\n===\n\ntext").title).toBe(
      "Big title",
    );
    expect(readDocumentText("# Open from 9 to 5\n").title).toBe("Open from 9 to 5");
  });

  it.each([
    ['---\ntitle: "Opening: hours"\nid: x\n---\n# Other\n\ntext', "Opening: hours"],
    ["---\nid: x\ntitle: Opening hours \n---\ntext", "Opening hours"],
    ["---\ntitle: >\n  folded\n---\n# Heading\n\ntext", "Heading"],
    ["---\nsubtitle: x\n---\n# Heading\n\ntext", "Heading"],
    ["text\ntitle: x\n\n# Heading\n\ntext", "Heading"],
  ])("takes the title from front matter: %j", (text, title) => {
    expect(readDocumentText(text).title).toBe(title);
  });

  it("drops the byte order mark and knows every line end", () => {
    const { text } = readDocumentContent({ bytes: bytes("\uFEFFone\r\ntwo\rthree\n") });
    expect(text).toBe("one\ntwo\nthree\n");
  });

  it("turns HTML into Markdown-like text without scripts, styles and navigation", () => {
    const html = `<!doctype html><html><head><title>Q &amp; A</title><style>p{}</style></head><body>
      <nav>Home</nav><h1>Refunds</h1><p>Paid <b>within</b> <a href="/x">30 days</a>.</p>
      <h2>Fees</h2><ul><li>one</li><li>two</li></ul>
      <table><tr><th>Plan</th><th>Price</th></tr><tr><td>Team</td><td>$9</td></tr></table>
      <script>alert("x")</script></body></html>`;
    const { title, text } = readDocumentContent({ bytes: bytes(html) });
    expect(title).toBe("Q & A");
    expect(text).toContain("# Refunds\n\nPaid within 30 days.");
    expect(text).toContain("## Fees");
    expect(text).toMatch(/- one\n\s*- two/);
    expect(text).toMatch(/\| Plan \| Price \|\n\| Team \| \$9 \|/);
    expect(text).not.toMatch(/alert|Home|p\{\}|<|\/x/);
  });

  it("keeps code of HTML as it is, with a comment that is no heading", () => {
    const html =
      "<html><h2>Install</h2><pre><code># first\n  npm ci &amp;&amp; npm start</code></pre><p>Done.";
    expect(readDocumentText(html).text).toBe(
      "## Install\n\n```\n# first\n  npm ci && npm start\n```\n\nDone.",
    );
  });

  it("knows a page behind an XML declaration and comments, and no other text that has tags", () => {
    const page = '<?xml version="1.0"?>\n<!-- a --> <!-- b -->\n<HTML lang="en"><p>Hello';
    expect(readDocumentText(page).text).toBe("Hello");
    expect(readDocumentText("<!-- a -->\n# Title <html>").text).toBe("<!-- a -->\n# Title <html>");
    expect(readDocumentText(`${"<!---->".repeat(2_000)}x`).text).toContain("x");
  });

  it("cuts a title at whole characters", () => {
    const title = `${"🙂".repeat(99)}${"a".repeat(101)}🙂`;
    expect(readDocumentText(`<html><title>${title}</title>text`).title).toMatch(/a$/);
  });

  it("knows HTML by its media type, its name or its beginning, and leaves other text alone", () => {
    const html = "<p>Hello</p>";
    expect(readDocumentText(html, { mediaType: "text/html; charset=utf-8" }).text).toBe("Hello");
    expect(readDocumentText(html, { fileName: "a.HTM" }).text).toBe("Hello");
    expect(readDocumentText("<html><p>Hello").text).toBe("Hello");
    expect(readDocumentText("Use `<p>`.").text).toBe("Use `<p>`.");
  });

  it.each([
    ["a PDF", bytes("%PDF-1.7 text only")],
    ["an archive", Uint8Array.from([0x50, 0x4b, 3, 4, 65])],
    ["an image", Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10])],
    ["NUL bytes", bytes("text\0text")],
    ["Latin-1", Uint8Array.from([65, 0xe9, 65])],
    ["UTF-16", Uint8Array.from([0xff, 0xfe, 65, 0])],
  ])("refuses %s, whatever its name says", (_what, content) => {
    for (const fileName of ["a.md", "a.txt", undefined]) {
      expect(() => readDocumentContent({ bytes: content, fileName })).toThrow(
        expect.objectContaining({ code: "unsupported_media_type", status: 415 }),
      );
    }
  });

  it("refuses names of other formats, and takes dots that say nothing of a format", () => {
    expect(() => readDocumentContent({ bytes: bytes("text"), fileName: "a.docx" })).toThrow(
      expect.objectContaining({ code: "unsupported_media_type" }),
    );
    for (const fileName of ["v1.2", "No. 5 again", "a.", ".hidden", "a.MD", "plain"]) {
      expect(readDocumentContent({ bytes: bytes("text"), fileName }).text).toBe("text");
    }
  });

  it.each(["", " \r\n\t", "\uFEFF", "<html><script>x</script></html>"])(
    "names the text when there is none: %j",
    (text) => {
      expect(() => readDocumentContent({ bytes: bytes(text) })).toThrow(
        expect.objectContaining({
          code: "invalid_request",
          details: [{ param: "text", message: "must hold text" }],
        }),
      );
    },
  );

  it("refuses what is larger than 20 MB", () => {
    const large = new Uint8Array(20 * 1024 * 1024 + 1).fill(65);
    expect(() => readDocumentContent({ bytes: large })).toThrow(
      expect.objectContaining({ code: "too_large" }),
    );
  });

  it("reads tags nested a thousand times without falling over", () => {
    const html = `<html>${"<div>".repeat(1_000)}deep${"</div>".repeat(1_000)}<p>shallow</p></html>`;
    expect(readDocumentText(html).text).toContain("shallow");
  });
});

describe("loading a folder", () => {
  async function folderOf(files: Record<string, string | Uint8Array>): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), "reprise-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    return folder;
  }

  it("gives every text file below it an id and a source from its path", async () => {
    const folder = await folderOf({
      "zebra.txt": "Z",
      "billing/refunds.md": "# Refunds\n\nText.",
      "billing/deep/er/page.html": "<p>Page</p>",
      "image.png": "no",
    });
    const { documents, skipped } = await loadFolder(folder);
    expect(documents.map(({ id, title, source }) => [id, title, source])).toEqual([
      ["billing-deep-er-page", "page", "file:billing/deep/er/page.html"],
      ["billing-refunds", "Refunds", "file:billing/refunds.md"],
      ["zebra", "zebra", "file:zebra.txt"],
    ]);
    expect(skipped).toEqual([]);
  });

  it("gives each file an id of its own, always a valid one", async () => {
    const folder = await folderOf({
      "a/b.md": "1",
      "a-b.md": "2",
      "a-b.txt": "3",
      "ü/日本.md": "4",
      "ö/日本.md": "5",
      "a b.md": "6",
      [`${"x".repeat(120)}/${"y".repeat(60)}.md`]: "7",
    });
    const first = await loadFolder(folder);
    const ids = first.documents.map(({ id }) => id);
    expect(new Set(ids).size).toBe(7);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{1,128}$/);
    expect(await loadFolder(folder)).toEqual(first);
  });

  it("says which files it left out and why, and does not follow links", async () => {
    const folder = await folderOf({
      "a.md": "A",
      "empty.md": " ",
      "bad.txt": "a\0b",
      "large.md": "x",
    });
    await truncate(join(folder, "large.md"), 20 * 1024 * 1024 + 1);
    const elsewhere = await folderOf({ "secret.md": "S" });
    await symlink(elsewhere, join(folder, "linked"));
    await symlink(join(elsewhere, "secret.md"), join(folder, "link.md"));
    const { documents, skipped } = await loadFolder(folder);
    expect(documents.map(({ id }) => id)).toEqual(["a"]);
    expect(skipped.map(({ file }) => file)).toEqual(["bad.txt", "empty.md", "large.md"]);
    expect(skipped.at(-1)?.reason).toBe("larger than 20 MB");
  });

  it("fails when there is no such folder", async () => {
    await expect(loadFolder(join(await folderOf({}), "missing"))).rejects.toThrow("ENOENT");
  });
});
