/** A line of text on an A4 page; coordinates in points from the bottom left. */
export interface PdfLine {
  readonly text: string;
  readonly x?: number;
  readonly y: number;
  readonly size?: number;
  readonly bold?: boolean;
}

/** Options of the PDF. */
export interface PdfOptions {
  readonly title?: string;
  readonly isEncrypted?: boolean;
  /** Additional catalogue entries and objects, such as an open action. */
  readonly catalogue?: string;
}

/** Font codes of characters that are not in Latin-1. */
const CODES: Readonly<Record<string, string>> = {
  "\uFB01": "\\001",
  "\uFB02": "\\002",
  "\u2022": "\\225",
};

/** A PDF whose pages have lines of Helvetica. A page without lines is blank. */
export function makePdf(
  pages: readonly (readonly PdfLine[])[],
  { title, isEncrypted = false, catalogue = "" }: PdfOptions = {},
): Uint8Array {
  const first = 6;
  const pageIds = pages.map((_page, index) => first + 2 * index);
  const encoding = "<< /Type /Encoding /BaseEncoding /WinAnsiEncoding /Differences [1 /fi /fl] >>";
  const font = (name: string) =>
    `<< /Type /Font /Subtype /Type1 /BaseFont /${name} /Encoding ${encoding} >>`;
  const objects = [
    `<< /Type /Catalog /Pages 2 0 R ${catalogue} >>`,
    `<< /Type /Pages /Count ${pages.length} /Kids [${pageIds.map((id) => `${id} 0 R`).join(" ")}] >>`,
    font("Helvetica"),
    font("Helvetica-Bold"),
    `<< /Producer (made for a test) ${title === undefined ? "" : `/Title (${escaped(title)})`} >>`,
    ...pages.flatMap((lines, index) => {
      const content = lines.map(toOperators).join("\n");
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents ${first + 2 * index + 1} 0 R /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>`,
        `<< /Length ${Buffer.byteLength(content, "latin1")} >>\nstream\n${content}\nendstream`,
      ];
    }),
  ];
  return write(objects, isEncrypted);
}

function toOperators({ text, x = 60, y, size = 10, bold = false }: PdfLine): string {
  return `BT /F${bold ? 2 : 1} ${size} Tf 1 0 0 1 ${x} ${y} Tm (${escaped(text)}) Tj ET`;
}

function escaped(text: string): string {
  return text
    .replace(/[\\()]/g, "\\$&")
    .replace(/[\uFB01\uFB02\u2022]/g, (character) => CODES[character] ?? "");
}

function write(objects: readonly string[], isEncrypted: boolean): Uint8Array {
  let file = "%PDF-1.7\n";
  const offsets = objects.map((object, index) => {
    const at = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const start = file.length;
  const rows = offsets.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("");
  const key = "41".repeat(32);
  const encrypted = `/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <${key}> /U <${key}> >> /ID [<${key}> <${key}>]`;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`;
  file += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 5 0 R ${isEncrypted ? encrypted : ""} >>\n`;
  file += `startxref\n${start}\n%%EOF\n`;
  return new Uint8Array(Buffer.from(file, "latin1"));
}
