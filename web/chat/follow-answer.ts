/** Nearer to where the answer is best seen than this, in pixels, the page follows it. */
const NEAR_PX = 80;
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
  let follows = true;
  let lastY = 0;

  function best(heading: Element): number {
    const end = document.documentElement.scrollHeight - window.innerHeight;
    const top = heading.getBoundingClientRect().top + window.scrollY - MARGIN_PX;
    return Math.max(0, Math.min(end, top));
  }

  function onScroll() {
    if (question === undefined) return;
    const isNear = Math.abs(best(question) - window.scrollY) < NEAR_PX;
    follows = isNear || (follows && window.scrollY >= lastY);
    lastY = window.scrollY;
  }

  function follow() {
    requestAnimationFrame(() => {
      if (follows && question?.isConnected === true) window.scrollTo({ top: best(question) });
    });
  }

  window.addEventListener("scroll", onScroll, { passive: true });
  return {
    watch(heading) {
      question = heading;
      follows = true;
      lastY = 0;
      follow();
    },
    follow,
    close: () => window.removeEventListener("scroll", onScroll),
  };
}
