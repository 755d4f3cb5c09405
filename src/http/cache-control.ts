import type { CacheMode } from "../chat/types.ts";

/** Cache options of a `Cache-Control` header. */
export interface CacheWishes {
  /** Undefined without a supported directive. */
  readonly mode: Exclude<CacheMode, "default"> | undefined;
  /** A cached answer older than this, in seconds, is a miss. */
  readonly maxAgeSeconds: number | undefined;
}

/** The strictest first: it wins if several are given. */
const MODES = [
  ["no-store", "bypass"],
  ["no-cache", "refresh"],
  ["only-if-cached", "only"],
] as const;
/** A larger value counts as this one (RFC 9111, 1.2.2). */
const LONGEST_AGE = 2 ** 31;

/**
 * Parses the header (RFC 9111, 5.2): directives in any case, values bare or quoted. Unknown or malformed
 * directives are ignored. The shortest age wins.
 */
export function readCacheControl(header: string | undefined): CacheWishes {
  const words = directives(header ?? "");
  const mode = MODES.find(([name]) => words.some((word) => word.name === name))?.[1];
  const ages = words
    .filter(({ name, value }) => name === "max-age" && /^\d+$/.test(value))
    .map(({ value }) => Math.min(Number(value), LONGEST_AGE));
  return { mode, maxAgeSeconds: ages.length === 0 ? undefined : Math.min(...ages) };
}

function directives(header: string): { name: string; value: string }[] {
  // Commas within quotes are not separators.
  return (header.match(/(?:"[^"]*"|[^,"])+/g) ?? []).map((text) => {
    const [name = "", ...rest] = text.split("=");
    const value = rest.join("=").trim();
    const quoted = /^"([^"]*)"$/.exec(value)?.[1];
    return { name: name.trim().toLowerCase(), value: quoted ?? value };
  });
}
