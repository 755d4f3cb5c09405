import type { Entry, ZipFile } from "yauzl";
import { MAX_MEMBERS, type ReadLimits } from "./read-limits.ts";
import { damaged, tooLarge, unreadable } from "./refusals.ts";

/** Members of an archive; each is unpacked on request. */
export interface Archive {
  /** Paths of the files, in the archive's order, without folders. */
  readonly names: readonly string[];
  /** Content of a member; undefined if it does not exist. */
  read(name: string): Promise<Uint8Array | undefined>;
  /** Content as text in UTF-8 or UTF-16. */
  readText(name: string): Promise<string | undefined>;
}

/** Remaining unpacked bytes, shared with nested archives. */
export interface ExpansionBudget {
  bytes: number;
}

/**
 * Opens a ZIP archive in memory. Member sizes are checked before unpacking, and unpacking stops at a member
 * that is longer than declared.
 *
 * @throws RepriseError `too_large` above the limits; `invalid_request` for a damaged archive, or for names that
 *   lead out of it; `unsupported_media_type` for an encrypted one
 */
export async function openArchive(
  bytes: Uint8Array,
  limits: ReadLimits,
  budget: ExpansionBudget,
): Promise<Archive> {
  const { fromBufferPromise } = await import("yauzl");
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let zip: ZipFile;
  const entries = new Map<string, Entry>();
  try {
    // Converts backslashes of old Windows programs to slashes; paths that lead out of the archive are refused.
    zip = await fromBufferPromise(buffer, { strictFileNames: false });
    if (zip.entryCount > MAX_MEMBERS) throw tooLarge(`has more than ${MAX_MEMBERS} members`);
    await listEntries(zip, entries);
  } catch (error) {
    throw toRefusal(error);
  }
  const size = [...entries.values()].reduce((sum, each) => sum + each.uncompressedSize, 0);
  const limit = Math.floor(limits.expandedBytes / 1024 / 1024);
  if (size > budget.bytes) throw tooLarge(`is larger than ${limit} MB when unpacked`);

  async function read(name: string): Promise<Uint8Array | undefined> {
    const entry = entries.get(name);
    if (entry === undefined) return undefined;
    if (entry.uncompressedSize > budget.bytes) {
      throw tooLarge(`is larger than ${limit} MB when unpacked`);
    }
    budget.bytes -= entry.uncompressedSize;
    return readEntry(zip, entry).catch((error: unknown) => {
      throw toRefusal(error);
    });
  }

  return {
    names: [...entries.keys()],
    read,
    async readText(name) {
      const content = await read(name);
      return content === undefined ? undefined : decodeXml(content);
    },
  };
}

async function listEntries(zip: ZipFile, entries: Map<string, Entry>): Promise<void> {
  for await (const entry of zip.eachEntry()) {
    if (entry.fileName.endsWith("/")) continue;
    if (entries.has(entry.fileName)) throw damaged(`has two members named ${entry.fileName}`);
    if ((entry.generalPurposeBitFlag & 1) === 1) {
      throw unreadable("is an encrypted ZIP archive; remove its password");
    }
    entries.set(entry.fileName, entry);
  }
}

async function readEntry(zip: ZipFile, entry: Entry): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  const stream = await zip.openReadStreamPromise(entry);
  for await (const chunk of stream) {
    if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** XML is UTF-8 unless it begins with a UTF-16 byte order mark. */
function decodeXml(bytes: Uint8Array): string {
  const isBig = bytes[0] === 0xfe && bytes[1] === 0xff;
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  return new TextDecoder(isBig ? "utf-16be" : isLittle ? "utf-16le" : "utf-8").decode(bytes);
}

function toRefusal(error: unknown): unknown {
  if (!(error instanceof Error) || error.name === "RepriseError") return error;
  return damaged(`is not a readable ZIP archive: ${error.message}`, error);
}
