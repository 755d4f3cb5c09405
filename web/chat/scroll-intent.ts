/** Nearer to where the answer is best seen than this, in pixels, the page follows it. */
const NEAR_PX = 80;

/** Whether the page follows an answer, or the reader has scrolled away from it. Places in pixels. */
export interface ScrollIntent {
  readonly follows: () => boolean;
  /** The page follows again, from where it is. */
  readonly begin: (place: number) => void;
  /** The page has scrolled itself; its event comes later, perhaps together with the reader's. */
  readonly moved: (place: number) => void;
  /** An event tells where the page is, and where the answer is best seen. */
  readonly told: (place: number, best: number) => void;
}

/** Scrolling up ends it, coming near the answer begins it again. */
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
