import { constants, inflateSync } from "node:zlib";
import type { ReadLimits } from "../read-limits.ts";
import { damaged, tooLarge } from "../refusals.ts";

/** Characters before a stream in which its dictionary stands. */
const DICTIONARY_LENGTH = 1_000;

/**
 * Unpacks the streams of a PDF that reading its text unpacks, which are all but those of pictures, and
 * refuses a file that would fill the memory: a thread's limit does not count buffers.
 *
 * @throws RepriseError `too_large` past the limit, `invalid_request` for streams that are packed twice
 */
export function checkStreams(bytes: Uint8Array, { expandedBytes }: ReadLimits): void {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let left = expandedBytes;
  for (let at = file.indexOf("stream"); at !== -1; at = file.indexOf("stream", at + 6)) {
    const start = at + 6 + lineEnd(file, at + 6);
    const dictionary = dictionaryBefore(file, at);
    if (start === at + 6 || !isPackedText(dictionary)) continue;
    if ((dictionary.match(/\/(?:FlateDecode|Fl)\b/g)?.length ?? 0) > 1) {
      throw damaged("is a PDF with a stream that is packed twice");
    }
    left -= unpackedLength(file.subarray(start), left);
    if (left <= 0) {
      const megabytes = Math.floor(expandedBytes / 1024 / 1024);
      throw tooLarge(`is larger than ${megabytes} MB when it is unpacked`);
    }
  }
}

/** The keyword is followed by a line end; `endstream` and words in texts are not. */
function lineEnd(file: Buffer, at: number): number {
  if (file[at] === 0x0a) return 1;
  return file[at] === 0x0d && file[at + 1] === 0x0a ? 2 : 0;
}

function dictionaryBefore(file: Buffer, at: number): string {
  const before = file.toString("latin1", Math.max(0, at - DICTIONARY_LENGTH), at);
  return before.slice(Math.max(before.lastIndexOf(" obj"), before.lastIndexOf("endobj")));
}

function isPackedText(dictionary: string): boolean {
  return /\/(?:FlateDecode|Fl)\b/.test(dictionary) && !/\/Subtype\s*\/Image\b/.test(dictionary);
}

/** Of a stream that is damaged as well; more than `most` is `most`. */
function unpackedLength(packed: Buffer, most: number): number {
  try {
    const options = { maxOutputLength: most, finishFlush: constants.Z_SYNC_FLUSH };
    return inflateSync(packed, options).length;
  } catch (error) {
    const isTooLong =
      error instanceof RangeError && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
    return isTooLong ? most : 0;
  }
}
