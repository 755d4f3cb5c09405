import { createScrollIntent } from "./scroll-intent.ts";

/** Free space above the question, in pixels. */
const MARGIN_PX = 16;

export interface Follower {
  /** Starts to follow the answer to this question, the last on the page. */
  readonly watch: (heading: Element) => void;
  /** Scrolls after the answer has grown. */
  readonly follow: () => void;
  readonly close: () => void;
}

/**
 * Keeps a growing answer in view: scrolls to its end, but never past its question, so that a long answer
 * is read from its beginning. Stops when the reader scrolls up.
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
