import { createScrollIntent } from "./scroll-intent.ts";

/** Kept free above the question, in pixels. */
const MARGIN_PX = 16;

export interface Follower {
  /** From now on the answer to this question, which is last on the page, wherever the reader is. */
  readonly watch: (heading: Element) => void;
  /** After something was added to it. */
  readonly follow: () => void;
  readonly close: () => void;
}

/**
 * Keeps an answer in sight while it grows: down to its end, but never past its question, so that a
 * long one is read from its beginning; and only until the reader scrolls up.
 */
export function createFollower(): Follower {
  let question: Element | undefined;
  const intent = createScrollIntent();

  function best(heading: Element): number {
    const end = document.documentElement.scrollHeight - window.innerHeight;
    const top = heading.getBoundingClientRect().top + window.scrollY - MARGIN_PX;
    return Math.max(0, Math.min(end, top));
  }

  function onScroll() {
    if (question !== undefined) intent.told(window.scrollY, best(question));
  }

  function follow() {
    requestAnimationFrame(() => {
      if (!intent.follows() || question?.isConnected !== true) return;
      const place = best(question);
      window.scrollTo({ top: place });
      intent.moved(place);
    });
  }

  window.addEventListener("scroll", onScroll, { passive: true });
  return {
    watch(heading) {
      question = heading;
      intent.begin(window.scrollY);
      follow();
    },
    follow,
    close: () => window.removeEventListener("scroll", onScroll),
  };
}
