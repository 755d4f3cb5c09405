import { damaged, unsupported } from "./refusals.ts";

/** Control characters that no text has. */
// oxlint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000E-\u001A\u001C-\u001F]/;
/** Number of bytes used to guess the encoding. */
const SAMPLE_BYTES = 64 * 1024;
/** Ratio of multi-byte characters to damaged bytes above which a text is certainly UTF-8. */
const SURE = 10;
/** Share of zero bytes at even or odd positions from which a text without a byte order mark is UTF-16. */
const ZERO_SHARE = 0.3;

const MARKS: readonly (readonly [string, readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/**
 * Decodes text in UTF-8, UTF-16, or an encoding that its bytes or its HTML indicate. Default: Windows-1252.
 *
 * @throws RepriseError `unsupported_media_type` for content that is not text, `invalid_request` for UTF-8 with
 *   damaged bytes
 */
export async function decodeText(bytes: Uint8Array): Promise<string> {
  const mark = MARKS.find(([, start]) => start.every((byte, at) => bytes[at] === byte))?.[0];
  const text = decode(bytes, mark ?? zeroEncoding(bytes) ?? "utf-8");
  if (text !== undefined) return checked(text);
  if (mark !== undefined) throw unsupported(`text that is not valid ${mark.toUpperCase()}`);
  return decodeLegacy(bytes);
}

/** Decodes encodings other than Unicode. */
async function decodeLegacy(bytes: Uint8Array): Promise<string> {
  if (bytes.subarray(0, SAMPLE_BYTES).includes(0)) throw unsupported("binary content");
  if (isDamagedUtf8(bytes)) throw damaged("is UTF-8 text with damaged bytes");
  const name = declaredEncoding(bytes) ?? (await guessEncoding(bytes));
  return checked(decode(bytes, name) ?? decode(bytes, "windows-1252") ?? "\0");
}

function checked(text: string): string {
  if (CONTROL.test(text)) throw unsupported("binary content");
  return text.replace(/^\uFEFF/, "");
}

/** The characters of Windows-1252 for 0x80 to 0x9F; five are undefined and stay control characters. */
const WINDOWS_1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ";
const LATIN_1 = /^(?:windows-1252|iso-?8859-1|latin1|us-ascii|ascii)$/i;

function decode(bytes: Uint8Array, encoding: string): string | undefined {
  // Node 20 decodes Windows-1252 as Latin-1.
  if (LATIN_1.test(encoding)) {
    return Buffer.from(bytes)
      .toString("latin1")
      .replace(/[\u0080-\u009F]/g, (sign) => WINDOWS_1252.charAt(sign.charCodeAt(0) - 0x80));
  }
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Other encodings rarely contain valid UTF-8 sequences. */
function isDamagedUtf8(bytes: Uint8Array): boolean {
  const text = new TextDecoder().decode(bytes.subarray(0, SAMPLE_BYTES));
  const damagedBytes = text.match(/\uFFFD/g)?.length ?? 0;
  const others = text.match(/[^\p{ASCII}\uFFFD]/gu)?.length ?? 0;
  return others > SURE * Math.max(1, damagedBytes);
}

/** UTF-16 without a byte order mark: every second byte of Latin text is zero, never two in a row. */
function zeroEncoding(bytes: Uint8Array): string | undefined {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  if (bytes.length % 2 === 1) return undefined;
  let even = 0;
  let odd = 0;
  for (let at = 0; at + 1 < sample.length; at += 2) {
    if (sample[at] === 0) even += 1;
    if (sample[at + 1] === 0) odd += 1;
  }
  const least = (ZERO_SHARE * sample.length) / 2;
  if (odd > least && even === 0) return "utf-16le";
  return even > least && odd === 0 ? "utf-16be" : undefined;
}

/** Encoding declared by an HTML page or an XML document. */
function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder("latin1").decode(bytes.subarray(0, 2_048));
  if (!/^\s*</.test(head)) return undefined;
  return /(?:charset|encoding)\s*=\s*["']?([\w-]{3,30})/i.exec(head)?.[1];
}

/** The form of multi-byte encodings is reliable; a single-byte guess needs a clear lead. */
async function guessEncoding(bytes: Uint8Array): Promise<string> {
  const { analyse } = await import("chardet");
  const guesses = analyse(bytes.subarray(0, SAMPLE_BYTES));
  const best = guesses.find(({ name }) => !/^(?:ascii|utf)/i.test(name));
  if (best === undefined || /^iso-8859-[129]$|^windows-125[024]$/i.test(best.name)) {
    return centralEuropean(guesses) ?? "windows-1252";
  }
  return best.confidence >= 30 ? best.name : "windows-1252";
}

/** Central European or Turkish encoding, if clearly more likely than a Western one. */
function centralEuropean(
  guesses: readonly { name: string; confidence: number }[],
): string | undefined {
  const [best] = guesses;
  const western = guesses.find(({ name }) => /^(?:iso-8859-1|windows-1252)$/i.test(name));
  if (best === undefined || best === western) return undefined;
  const lead = best.confidence - (western?.confidence ?? 0);
  if (lead < 10) return undefined;
  return best.name.toLowerCase() === "iso-8859-1" ? undefined : best.name;
}
