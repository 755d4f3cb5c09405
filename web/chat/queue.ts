export interface Queue<Item> {
  readonly push: (item: Item) => void;
  /** Ends the queue. */
  readonly end: () => void;
  /** The pushed items in order; can be read once. */
  readonly items: () => AsyncGenerator<Item>;
}

/** A queue from callbacks to an async reader. */
export function createQueue<Item>(): Queue<Item> {
  const waiting: Item[] = [];
  let hasEnded = false;
  let wake = () => {};

  return {
    push(item) {
      waiting.push(item);
      wake();
    },
    end() {
      hasEnded = true;
      wake();
    },
    async *items() {
      for (;;) {
        yield* waiting.splice(0);
        if (waiting.length > 0) continue;
        if (hasEnded) return;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
