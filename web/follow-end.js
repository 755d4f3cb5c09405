/** Nearer to the end of the page than this, in pixels, it follows what is added. */
const FOLLOW_PX = 80;

/** Keeps the end of the page in sight while an answer grows, until the reader scrolls away from it. */
export function createFollower() {
  const page = document.documentElement;
  let follows = true;

  function toEnd() {
    window.scrollTo({ top: page.scrollHeight });
  }

  window.addEventListener(
    "scroll",
    () => {
      follows = page.scrollHeight - window.innerHeight - window.scrollY < FOLLOW_PX;
    },
    { passive: true },
  );
  return {
    /** Shows the end, wherever the reader is. */
    toEnd() {
      follows = true;
      toEnd();
    },
    /** After something was added: shows the end if the reader was there. */
    follow() {
      requestAnimationFrame(() => {
        if (follows) toEnd();
      });
    },
  };
}
