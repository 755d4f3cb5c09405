/** Within this distance of the best position, in pixels, the page follows the answer. */
const NEAR_PX = 80;

/** Whether the page follows an answer or the reader has scrolled away. Positions are in pixels. */
export interface ScrollIntent {
  readonly follows: () => boolean;
  /** Starts to follow from the current position. */
  readonly begin: (place: number) => void;
  /** The page has scrolled itself; the scroll event comes later, perhaps merged with the reader's. */
  readonly moved: (place: number) => void;
  /** Handles a scroll event: the current and the best position. */
  readonly told: (place: number, best: number) => void;
}

/** Scrolling up stops following; scrolling near the answer resumes it. */
export function createScrollIntent(): ScrollIntent {
  let follows = true;
  let last = 0;
  return {
    follows: () => follows,
    begin(place) {
      follows = true;
      last = place;
    },
    moved(place) {
      last = place;
    },
    told(place, best) {
      follows = Math.abs(best - place) < NEAR_PX || (follows && place >= last);
      last = place;
    },
  };
}
