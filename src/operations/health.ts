/** What each part of the service says of itself: `ok`, or why it is not. */
export interface Readiness {
  readonly ready: boolean;
  readonly parts: Readonly<Record<string, string>>;
}

/** Collects the state of the parts; the service is ready when every part is. */
export interface Health {
  set(part: string, state: string): void;
  read(): Readiness;
}

/** @param parts not ready until they say `ok` */
export function createHealth(parts: readonly string[]): Health {
  const states = new Map<string, string>(parts.map((part) => [part, "starting"]));
  return {
    set: (part, state) => void states.set(part, state),
    read: () => ({
      ready: [...states.values()].every((state) => state === "ok"),
      parts: Object.fromEntries(states),
    }),
  };
}
