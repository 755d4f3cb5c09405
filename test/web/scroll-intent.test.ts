import { describe, expect, it } from "vitest";
import { createScrollIntent } from "../../web/chat/scroll-intent.ts";

/** Where the answer is best seen. */
const BEST = 3_554;

function followed() {
  const intent = createScrollIntent();
  intent.begin(0);
  intent.moved(BEST);
  return intent;
}

describe("an answer that grows", () => {
  it("is followed while the reader leaves the page alone", () => {
    const intent = followed();
    intent.told(BEST, BEST);
    expect(intent.follows()).toBe(true);
  });

  it("is followed no longer once the reader scrolls up, and again from near it", () => {
    const intent = followed();
    intent.told(BEST, BEST);
    intent.told(100, BEST);
    expect(intent.follows()).toBe(false);
    intent.told(200, BEST);
    expect(intent.follows()).toBe(false);
    intent.told(BEST - 50, BEST);
    expect(intent.follows()).toBe(true);
  });

  it("is followed no longer either where one event tells of the page's scroll and the reader's", () => {
    const intent = followed();
    intent.told(100, BEST);
    expect(intent.follows()).toBe(false);
  });

  it("is followed from wherever the reader is when it begins", () => {
    const intent = followed();
    intent.told(100, BEST);
    intent.begin(100);
    expect(intent.follows()).toBe(true);
  });
});
