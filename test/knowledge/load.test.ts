import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { inlineDocumentReader } from "../../src/knowledge/document-reader.ts";
import { loadFolder } from "../../src/knowledge/load-folder.ts";
import { readDocumentContent, readDocumentText } from "../../src/knowledge/load.ts";
import { makeZip } from "../support/make-office.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("reading a document", () => {
  it("takes the title from the first heading", () => {
    expect(readDocumentText("text\n\n## The *title* ##\n").title).toBe("The *title*");
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

  it("takes the title from the file's name where the text has none", async () => {
    const titleOf = async (fileName: string) =>
      (await readDocumentContent({ bytes: bytes("text"), fileName })).title;
    expect(await titleOf("folder/refunds.md")).toBe("refunds");
    expect(await titleOf("v1.2")).toBe("v1.2");
  });

  it("drops the byte order mark and knows every line end", async () => {
    const { text } = await readDocumentContent({ bytes: bytes("\uFEFFone\r\ntwo\rthree\n") });
    expect(text).toBe("one\ntwo\nthree\n");
  });

  it("turns HTML into Markdown-like text without scripts, styles and navigation", async () => {
    const html = `<!doctype html><html><head><title>Q &amp; A</title><style>p{}</style></head><body>
      <nav>Home</nav><h1>Refunds</h1><p>Paid <b>within</b> <a href="/x">30 days</a>.</p>
      <h2>Fees</h2><ul><li>one</li><li>two</li></ul>
      <table><tr><th>Plan</th><th>Price</th></tr><tr><td>Team</td><td>$9</td></tr></table>
      <script>alert("x")</script></body></html>`;
    const { title, text } = await readDocumentContent({ bytes: bytes(html) });
    expect(title).toBe("Q & A");
    expect(text).toContain("# Refunds\n\nPaid within 30 days.");
    expect(text).toContain("## Fees");
    expect(text).toMatch(/- one\n\s*- two/);
    expect(text).toContain("| Plan | Price |\n|---|---|\n| Team | $9 |");
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

  it("knows HTML by its media type, its name or its beginning, and leaves other text alone", async () => {
    const html = bytes("<p>Hello</p>");
    const textOf = async (about: { mediaType?: string; fileName?: string }) =>
      (await readDocumentContent({ bytes: html, ...about })).text;
    expect(await textOf({ mediaType: "text/html; charset=utf-8" })).toBe("Hello");
    expect(await textOf({ fileName: "a.HTM" })).toBe("Hello");
    expect(readDocumentText("<html><p>Hello").text).toBe("Hello");
    expect(readDocumentText("Use `<p>`.").text).toBe("Use `<p>`.");
  });

  it.each([
    ["an image", Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]), "an image (PNG)"],
    ["a video", Uint8Array.from([0, 0, 0, 24, 0x66, 0x74, 0x79, 0x70, 1]), "a video (MP4)"],
    ["an RTF file", bytes("{\\rtf1 text}"), "an RTF file"],
    ["NUL bytes", bytes("text\0text"), "binary content"],
    ["control characters", bytes("text\u0001text"), "binary content"],
    [
      "an old Office file",
      Uint8Array.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0, 0]),
      "an Office file from before 2007",
    ],
  ])("refuses %s, whatever its name says", async (_what, content, name) => {
    for (const fileName of ["a.md", "a.txt", "a.pdf", undefined]) {
      await expect(readDocumentContent({ bytes: content, fileName })).rejects.toMatchObject({
        code: "unsupported_media_type",
        status: 415,
        message: expect.stringContaining(name),
      });
    }
  });

  it.each([
    ["a PDF", bytes("%PDF-1.7 text only"), /is not a complete PDF/],
    ["an archive", Uint8Array.from([0x50, 0x4b, 3, 4, 65]), /is not a readable ZIP archive/],
  ])("refuses %s that is damaged", async (_what, content, message) => {
    await expect(readDocumentContent({ bytes: content, fileName: "a.md" })).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringMatching(message),
    });
  });

  it("tells the type by the content, not by the name", async () => {
    for (const fileName of ["v1.2", "No. 5 again", "a.", "a.MD", "plain", "a.docx", "a.pdf"]) {
      expect((await readDocumentContent({ bytes: bytes("text"), fileName })).text).toBe("text");
    }
  });

  it.each(["", " \r\n\t", "\uFEFF", "<html><script>x</script></html>"])(
    "names the text when there is none: %j",
    async (text) => {
      await expect(readDocumentContent({ bytes: bytes(text) })).rejects.toMatchObject({
        code: "invalid_request",
        details: [{ param: "text", message: "must have text" }],
      });
    },
  );

  it("refuses what is larger than 20 MB", async () => {
    const large = new Uint8Array(20 * 1024 * 1024 + 1).fill(65);
    await expect(readDocumentContent({ bytes: large })).rejects.toMatchObject({
      code: "too_large",
    });
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

  it("gives every document below it an id and a source from its path", async () => {
    const folder = await folderOf({
      "zebra.txt": "Z",
      "billing/refunds.md": "# Refunds\n\nText.",
      "billing/deep/er/page.html": "<p>Page</p>",
      "image.png": Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
      "bundle.zip": makeZip({ "inner.md": "Inner", "picture.gif": "GIF89a" }),
      ".hidden/secret.md": "no",
      ".DS_Store": "no",
    });
    const { documents, skipped } = await loadFolder(folder, inlineDocumentReader);
    expect(documents.map(({ id, title, source }) => [id, title, source])).toEqual([
      ["billing-deep-er-page", "page", "file:billing/deep/er/page.html"],
      ["billing-refunds", "Refunds", "file:billing/refunds.md"],
      ["bundle", "bundle", "file:bundle.zip"],
      ["zebra", "zebra", "file:zebra.txt"],
    ]);
    expect(skipped.map(({ file }) => file)).toEqual(["bundle.zip/picture.gif", "image.png"]);
    expect(skipped[1]?.reason).toContain("an image (PNG)");
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
    const first = await loadFolder(folder, inlineDocumentReader);
    const ids = first.documents.map(({ id }) => id);
    expect(new Set(ids).size).toBe(7);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{1,128}$/);
    expect(await loadFolder(folder, inlineDocumentReader)).toEqual(first);
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
    const { documents, skipped } = await loadFolder(folder, inlineDocumentReader);
    expect(documents.map(({ id }) => id)).toEqual(["a"]);
    expect(skipped.map(({ file }) => file)).toEqual(["bad.txt", "empty.md", "large.md"]);
    expect(skipped.at(-1)?.reason).toBe("larger than 20 MB");
  });

  it("fails when there is no such folder", async () => {
    await expect(
      loadFolder(join(await folderOf({}), "missing"), inlineDocumentReader),
    ).rejects.toThrow("ENOENT");
  });
});
