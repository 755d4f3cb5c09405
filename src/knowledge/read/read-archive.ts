import { RepriseError } from "../../errors.ts";
import { MAX_DOCUMENTS } from "./read-limits.ts";
import { damaged, tooLarge } from "./refusals.ts";
import type { Archive } from "./open-archive.ts";
import { createTextWriter, type TextWriter } from "./text-writer.ts";
import type { DocumentContent, FileText, ReadContext, SkippedPart } from "./types.ts";

/** Maximum nesting of archives and messages. */
const MAX_DEPTH = 3;
/** Files that operating systems add. */
const IGNORED = /(?:^|\/)(?:__MACOSX\/|\.|Thumbs\.db$|desktop\.ini$)/i;

/** Reads all documents of a ZIP archive, one after the other. Skips unreadable members. */
export async function readArchive(archive: Archive, context: ReadContext): Promise<FileText> {
  const names = archive.names.filter((name) => !IGNORED.test(name)).sort();
  if (names.length > MAX_DOCUMENTS) throw tooLarge(`has more than ${MAX_DOCUMENTS} documents`);
  const writer = createTextWriter();
  const skipped: SkippedPart[] = [];
  for (const name of names) {
    const bytes = await archive.read(name);
    if (bytes !== undefined) {
      await addPart(name, { bytes, fileName: name }, context, writer, skipped);
    }
  }
  if (writer.isEmpty) {
    const [first] = skipped;
    const reason = first === undefined ? "it is empty" : `${first.file} ${first.reason}`;
    throw damaged(`is a ZIP archive without a document that can be read: ${reason}`);
  }
  return { title: "", ...writer.end(), skipped };
}

/**
 * Reads a member or an attachment and adds it below its name.
 *
 * @throws RepriseError `too_large` if it exceeds a limit: this fails the whole file
 */
export async function addPart(
  name: string,
  content: DocumentContent,
  context: ReadContext,
  writer: TextWriter,
  skipped: SkippedPart[],
): Promise<void> {
  const depth = context.depth + 1;
  if (depth > MAX_DEPTH) throw tooLarge(`has archives nested deeper than ${MAX_DEPTH} levels`);
  let read: FileText;
  try {
    read = await context.readInner(content, { ...context, depth });
  } catch (error) {
    if (!(error instanceof RepriseError) || error.code === "too_large") throw error;
    skipped.push({ file: name, reason: error.details[0]?.message ?? error.message });
    return;
  }
  for (const part of read.skipped ?? []) skipped.push({ ...part, file: `${name}/${part.file}` });
  if (read.text.trim() === "") return;
  writer.setPlace({});
  writer.addBlock(`# ${name.replace(/\s+/g, " ")}`);
  writer.setPlace({ part: name });
  const within = ({ part, ...place }: FileText["places"][number]) => ({
    ...place,
    part: part === undefined ? name : `${name}/${part}`,
  });
  writer.addText(read.text, read.places.map(within));
  writer.setPlace({});
}
