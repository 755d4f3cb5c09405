/** Lets one at a time use something, in the order in which they came. */
export interface Mutex {
  /**
   * @param timeoutMs longest wait, in milliseconds
   * @throws Error with the code `SQLITE_BUSY` after it
   */
  lock(timeoutMs: number): Promise<void>;
  unlock(): void;
}

export function createMutex(): Mutex {
  const waiting: (() => void)[] = [];
  let isLocked = false;

  return {
    lock(timeoutMs) {
      if (!isLocked) {
        isLocked = true;
        return Promise.resolve();
      }
      return new Promise((resolve, reject) => {
        const take = () => {
          clearTimeout(late);
          resolve();
        };
        const late = setTimeout(() => {
          waiting.splice(waiting.indexOf(take), 1);
          reject(Object.assign(new Error("another statement is running"), { code: "SQLITE_BUSY" }));
        }, timeoutMs);
        waiting.push(take);
      });
    },
    unlock() {
      const next = waiting.shift();
      if (next === undefined) isLocked = false;
      else next();
    },
  };
}
