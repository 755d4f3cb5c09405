export interface Queue<Item> {
  readonly push: (item: Item) => void;
  /** No more will come. */
  readonly end: () => void;
  /** Those that were pushed, in order, to be read once. */
  readonly items: () => AsyncGenerator<Item>;
}

/** What comes when it likes, for who reads when they can. */
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
