import type { FlightOutcome, SingleFlight } from "./types.ts";

interface Running {
  readonly finished: Promise<FlightOutcome>;
  readonly finish: (outcome: FlightOutcome) => void;
}

/** Joins equal questions in this process. */
export function createMemorySingleFlight(): SingleFlight {
  const flights = new Map<string, Running>();

  function begin(key: string, maxFlightMs: number): Running {
    let settle: (outcome: FlightOutcome) => void = () => {};
    const finished = new Promise<FlightOutcome>((resolve) => {
      settle = resolve;
    });
    const timer = setTimeout(() => running.finish({ kind: "abandoned" }), maxFlightMs);
    timer.unref();
    const running: Running = {
      finished,
      finish(outcome) {
        clearTimeout(timer);
        // A leader that timed out must not end the next flight.
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
        return { role: "follower", outcome: await orAborted(running.finished, signal) };
      }
      const { finish } = begin(key, maxFlightMs);
      return { role: "leader", finish: async (outcome) => finish(outcome) };
    },

    async close() {
      for (const running of flights.values()) running.finish({ kind: "abandoned" });
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
