/** What each part of the service says of itself: `ok`, or why it is not. */
export interface Readiness {
  readonly ready: boolean;
  readonly parts: Readonly<Record<string, string>>;
}

/** Collects the state of the parts; the service is ready when every part that it needs is. */
export interface Health {
  /** A part that the service needs. */
  set(part: string, state: string): void;
  /** A part that it can do without for a while: it is told of, and takes no readiness away. */
  setHelper(part: string, state: string): void;
  read(): Readiness;
}

/** @param parts not ready until they say `ok` */
export function createHealth(parts: readonly string[]): Health {
  const needed = new Map<string, string>(parts.map((part) => [part, "starting"]));
  const helpers = new Map<string, string>();
  return {
    set: (part, state) => void needed.set(part, state),
    setHelper: (part, state) => void helpers.set(part, state),
    read: () => ({
      ready: [...needed.values()].every((state) => state === "ok"),
      parts: Object.fromEntries([...needed, ...helpers]),
    }),
  };
}
