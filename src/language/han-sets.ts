/** The Han characters of Japanese and Chinese. */
export interface HanSets {
  readonly japanese: ReadonlySet<string>;
  readonly chinese: ReadonlySet<string>;
}

/** Minimum and maximum of each byte of a character. */
type ByteRange = readonly [number, number];

let sets: HanSets | undefined;

/**
 * Derived from the national character sets of the platform's decoders: JIS X 0208 for Japanese, GB 2312 and Big5
 * for Chinese. Built at first use.
 */
export function hanSets(): HanSets {
  sets ??= {
    japanese: hanOf("euc-jp", [0xb0, 0xf4], [0xa1, 0xfe]),
    chinese: new Set([
      ...hanOf("gbk", [0xb0, 0xf7], [0xa1, 0xfe]),
      ...hanOf("big5", [0xa4, 0xf9], [0x40, 0xfe]),
    ]),
  };
  return sets;
}

function hanOf(encoding: string, first: ByteRange, second: ByteRange): ReadonlySet<string> {
  const decoder = new TextDecoder(encoding);
  const bytes: number[] = [];
  for (let high = first[0]; high <= first[1]; high += 1) {
    for (let low = second[0]; low <= second[1]; low += 1) bytes.push(high, low);
  }
  return new Set(decoder.decode(new Uint8Array(bytes)).match(/\p{Script=Han}/gu));
}
