/** The state of each part: `ok`, or why it is not. */
export interface Readiness {
  readonly ready: boolean;
  readonly parts: Readonly<Record<string, string>>;
}

/** Collects the states of all parts. The service is ready when all required parts are `ok`. */
export interface Health {
  /** Sets the state of a required part. */
  set(part: string, state: string): void;
  /** Sets the state of an optional part: it is reported, but does not affect readiness. */
  setHelper(part: string, state: string): void;
  readonly read: () => Readiness;
}

/** @param parts required parts, `starting` until they are set */
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
