import type { HostileFile } from "./hostile-files.ts";

const MEGABYTE = 1024 * 1024;

const text = (content: string) => new Uint8Array(Buffer.from(content, "utf8"));
const latin1 = (content: string) => new Uint8Array(Buffer.from(content, "latin1"));

/** Texts that are slow to split, parse or detect. */
export function hostileTexts(): HostileFile[] {
  const repeated = [
    ["open quotes.csv", '"a,'.repeat(200_000)],
    ["one quote.csv", `a,b\n"${"c,d\n".repeat(200_000)}`],
    ["delimiters.csv", ",".repeat(500_000)],
    ["lines.csv", "a,b\n".repeat(4_000)],
    ["lists.json", `${"[".repeat(100_000)}${"]".repeat(100_000)}`],
    ["objects.json", `${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}`],
    ["long string.json", JSON.stringify({ a: "b".repeat(2 * MEGABYTE) })],
    [
      "many keys.json",
      JSON.stringify(
        Object.fromEntries(Array.from({ length: 20_000 }, (_v, index) => [`k${index}`, index])),
      ),
    ],
    ["not json.json", "{".repeat(1_000)],
    ["bars.md", "|".repeat(500_000)],
    ["delimiter rows.md", "|-|\n".repeat(20_000)],
    ["dashes.md", "---\n".repeat(5_000)],
    ["front matter.md", `---\n${"a: b\n".repeat(20_000)}`],
    ["items.md", "- ".repeat(300_000)],
    [
      "indents.md",
      Array.from({ length: 800 }, (_v, index) => `${" ".repeat(index)}- a`).join("\n"),
    ],
    [
      "indents.py",
      Array.from({ length: 800 }, (_v, index) => `${" ".repeat(index)}if a:`).join("\n"),
    ],
    ["fences.ts", "```\n".repeat(20_000)],
    ["one line.txt", "a".repeat(2 * MEGABYTE)],
    ["marks.txt", `a${"\u0301".repeat(200_000)}`],
    ["field names.eml", `From: a\nTo: b\nMIME-Version: 1.0\n${"X: y\n".repeat(50_000)}\nText`],
    ["nested parts.eml", nestedMail(300)],
    [
      "endless boundary.eml",
      `From: a\nTo: b\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="${"-".repeat(5_000)}"\n\n${"-".repeat(500_000)}`,
    ],
    [
      "wrong base64.eml",
      `From: a\nTo: b\nMIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\n${"=A".repeat(100_000)}`,
    ],
  ] as const;
  return [
    ...repeated.map(([name, content]) => ({ name, bytes: text(content) })),
    { name: "nothing.md", bytes: text(""), refused: /must have text/ },
    { name: "blanks.csv", bytes: text("\n \n"), refused: /must have text/ },
    { name: "half a mark.txt", bytes: latin1("\u00ff\u00fe\u0000"), refused: /not|have text/ },
    { name: "odd UTF-16.txt", bytes: latin1("\u00ff\u00fea\u0000\u0000\u00d8") },
    {
      name: "noise.txt",
      bytes: Uint8Array.from({ length: 4_096 }, (_v, index) => (index * index * 31 + 7) % 256),
      refused: /binary content/,
    },
  ];
}

function nestedMail(levels: number): string {
  let mail = "Content-Type: text/plain\n\nText";
  for (let level = 0; level < levels; level += 1) {
    mail = `Content-Type: multipart/mixed; boundary="b${level}"\n\n--b${level}\n${mail}\n--b${level}--`;
  }
  return `From: a@b.example\nTo: c@d.example\nMIME-Version: 1.0\n${mail}`;
}
