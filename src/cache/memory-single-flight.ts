import type { FlightOutcome, SingleFlight } from "./types.ts";

interface Running {
  readonly landed: Promise<FlightOutcome>;
  readonly land: (outcome: FlightOutcome) => void;
}

/** Joins equal questions in this process. */
export function createMemorySingleFlight(): SingleFlight {
  const flights = new Map<string, Running>();

  function begin(key: string, maxFlightMs: number): Running {
    let settle: (outcome: FlightOutcome) => void = () => {};
    const landed = new Promise<FlightOutcome>((resolve) => {
      settle = resolve;
    });
    const timer = setTimeout(() => running.land({ kind: "abandoned" }), maxFlightMs);
    timer.unref();
    const running: Running = {
      landed,
      land(outcome) {
        clearTimeout(timer);
        // A leader that was given up must not disturb the next one.
        if (flights.get(key) === running) flights.delete(key);
        settle(outcome);
      },
    };
    flights.set(key, running);
    return running;
  }

  return {
    async join(key, { maxFlightMs, signal }) {
      signal?.throwIfAborted();
      const running = flights.get(key);
      if (running !== undefined) {
        return { role: "follower", outcome: await orAborted(running.landed, signal) };
      }
      const { land } = begin(key, maxFlightMs);
      return { role: "leader", land: async (outcome) => land(outcome) };
    },

    async close() {
      for (const running of flights.values()) running.land({ kind: "abandoned" });
    },
  };
}

async function orAborted<Value>(
  work: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  if (signal === undefined) return work;
  let leave: () => void = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    leave = () => reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", leave);
  }
}
