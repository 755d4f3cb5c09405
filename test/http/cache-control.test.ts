import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCacheControl } from "../../src/http/chat-request.ts";

describe("a Cache-Control header", () => {
  it.each([
    [undefined, undefined, undefined],
    ["", undefined, undefined],
    ["no-store", "bypass", undefined],
    ["No-Cache", "refresh", undefined],
    ["only-if-cached", "only", undefined],
    ["max-age=60", undefined, 60],
    ["MAX-AGE = 60 , only-if-cached", "only", 60],
    ["only-if-cached, no-cache, no-store", "bypass", undefined],
    ["max-age=60, max-age=5", undefined, 5],
    ['max-age="60"', undefined, 60],
    ["max-age=0", undefined, 0],
    [`max-age=${"9".repeat(400)}`, undefined, 2 ** 31],
    ["max-age", undefined, undefined],
    ["max-age=", undefined, undefined],
    ["max-age=-1", undefined, undefined],
    ["max-age=1.5", undefined, undefined],
    ["max-age=1e3", undefined, undefined],
    ['max-age="60', undefined, undefined],
    ["max-stale=60, no-transform", undefined, undefined],
    ["no-storey", undefined, undefined],
    ['community="no-store, no-cache"', undefined, undefined],
  ])("%s", (header, mode, maxAgeSeconds) => {
    expect(readCacheControl(header)).toEqual({ mode, maxAgeSeconds });
  });

  it("of any text is read without a crash", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        const { maxAgeSeconds = 0 } = readCacheControl(text);
        expect(maxAgeSeconds).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
