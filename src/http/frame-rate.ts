/** Seconds' worth of frames that may come at once. */
const BURST_SECONDS = 10;

/**
 * A token bucket for the frames of one connection: `perSecond` on average, ten times as many at once.
 * Gives a function that says whether one more may come.
 *
 * @param now milliseconds
 */
export function createFrameRate(perSecond: number, now: () => number): () => boolean {
  const most = perSecond * BURST_SECONDS;
  let left = most;
  let filledAt = now();
  return () => {
    const time = now();
    left = Math.min(most, left + ((time - filledAt) / 1000) * perSecond);
    filledAt = time;
    if (left < 1) return false;
    left -= 1;
    return true;
  };
}
