import { readHtml } from "../read-html.ts";
import { withTableHeaders } from "./markdown-table.ts";
import { addPart } from "./read-archive.ts";
import { damaged } from "./refusals.ts";
import { createTextWriter } from "./text-writer.ts";
import type { FileText, ReadContext, SkippedPart } from "./types.ts";

/** Maximum number of attachments. */
const MAX_ATTACHMENTS = 50;

/** Reads a message: sender, text (or HTML if it has no text), and attachments. */
export async function readEmail(bytes: Uint8Array, context: ReadContext): Promise<FileText> {
  const { default: PostalMime } = await import("postal-mime");
  const message = await PostalMime.parse(bytes, {
    maxNestingDepth: 20,
    maxHeadersSize: 256 * 1024,
    attachmentEncoding: "arraybuffer",
  }).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw damaged(`is not a readable e-mail: ${reason}`, error);
  });
  const writer = createTextWriter();
  const fields = [
    ["From", addressText(message.from)],
    ["To", (message.to ?? []).map(addressText).join(", ")],
    ["Date", message.date ?? ""],
    ["Subject", message.subject ?? ""],
  ];
  const known = fields.filter(([, value]) => value !== "");
  writer.addBlock(known.map(([name, value]) => `${name}: ${value}`).join("\n"));
  writer.addBlock(bodyText(message.text, message.html));
  const skipped: SkippedPart[] = [];
  for (const attachment of message.attachments.slice(0, MAX_ATTACHMENTS)) {
    if (attachment.disposition === "inline" && attachment.mimeType.startsWith("image/")) continue;
    const fileName = attachment.filename ?? "attachment";
    const content = toBytes(attachment.content);
    const given = { bytes: content, fileName, mediaType: attachment.mimeType };
    await addPart(fileName, given, context, writer, skipped);
  }
  return { title: message.subject ?? "", ...writer.end(), skipped };
}

function bodyText(text: string | undefined, html: string | undefined): string {
  if (text !== undefined && text.trim() !== "") return text.replace(/\r\n?/g, "\n");
  return html === undefined ? "" : withTableHeaders(readHtml(html).text);
}

function addressText(
  address: { name?: string | undefined; address?: string | undefined } | undefined,
): string {
  const { name = "", address: mail = "" } = address ?? {};
  return name !== "" && mail !== "" ? `${name} <${mail}>` : name || mail;
}

function toBytes(content: ArrayBuffer | Uint8Array | string): Uint8Array {
  if (typeof content === "string") return new TextEncoder().encode(content);
  return content instanceof Uint8Array ? content : new Uint8Array(content);
}
