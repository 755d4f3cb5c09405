/** Nearer to where the answer is best seen than this, in pixels, the page follows it. */
const NEAR_PX = 80;
/** Kept free above the question, in pixels. */
const MARGIN_PX = 16;

/**
 * Keeps an answer in sight while it grows: down to its end, but never past its question, so that a
 * long one is read from its beginning; and only until the reader scrolls up.
 */
export function createFollower() {
  let question;
  let follows = true;
  let lastY = 0;

  function best() {
    const end = document.documentElement.scrollHeight - window.innerHeight;
    const top = question.getBoundingClientRect().top + window.scrollY - MARGIN_PX;
    return Math.max(0, Math.min(end, top));
  }

  function onScroll() {
    if (question === undefined) return;
    const isNear = Math.abs(best() - window.scrollY) < NEAR_PX;
    follows = isNear || (follows && window.scrollY >= lastY);
    lastY = window.scrollY;
  }

  function follow() {
    requestAnimationFrame(() => {
      if (follows && question !== undefined) window.scrollTo({ top: best() });
    });
  }

  window.addEventListener("scroll", onScroll, { passive: true });
  return {
    /** From now on the answer to this question, which is last on the page, wherever the reader is. */
    watch(heading) {
      question = heading;
      follows = true;
      lastY = 0;
      follow();
    },
    /** After something was added to it. */
    follow,
  };
}
