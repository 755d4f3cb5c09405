import type { CacheMode } from "../chat/types.ts";

/** What a request's `Cache-Control` says of the cache. */
export interface CacheWishes {
  /** Undefined where no word of ours is in it. */
  readonly mode: Exclude<CacheMode, "default"> | undefined;
  /** A stored answer older than this, in seconds, is a miss. */
  readonly maxAgeSeconds: number | undefined;
}

/** The strictest first: it wins where several are given. */
const MODES = [
  ["no-store", "bypass"],
  ["no-cache", "refresh"],
  ["only-if-cached", "only"],
] as const;
/** A larger one means as much (RFC 9111, 1.2.2). */
const LONGEST_AGE = 2 ** 31;

/**
 * Reads the header as HTTP does (RFC 9111, 5.2): words in any case, values bare or quoted; what is not
 * known or malformed is ignored, and of several ages the shortest holds.
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
  // Commas within quotes do not part words.
  return (header.match(/(?:"[^"]*"|[^,"])+/g) ?? []).map((text) => {
    const [name = "", ...rest] = text.split("=");
    const value = rest.join("=").trim();
    const quoted = /^"([^"]*)"$/.exec(value)?.[1];
    return { name: name.trim().toLowerCase(), value: quoted ?? value };
  });
}
