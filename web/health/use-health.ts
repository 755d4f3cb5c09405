import { useCallback, useEffect, useState } from "preact/hooks";
import { request } from "../api/client.ts";
import { withTimeLimit } from "../api/time-limit.ts";
import { toServerError, type ServerError } from "../api/server-error.ts";
import { parseMetrics, type Sample } from "./parse-metrics.ts";

/** Polling interval in milliseconds. */
const EVERY_MS = 5_000;
const LIMIT_MS = 10_000;

/** The reply of `/readyz`. */
interface Readiness {
  readonly status: string;
  readonly parts: Readonly<Record<string, string>>;
}

export interface Health {
  readonly readiness: Readiness;
  readonly samples: readonly Sample[];
  /** Time of reading, in milliseconds since the epoch. */
  readonly readAt: number;
}

/** Polls the state of the service while the page is visible. */
export function useHealth(): {
  readonly health: Health | undefined;
  readonly error: ServerError | undefined;
  readonly reload: () => void;
} {
  const [health, setHealth] = useState<Health>();
  const [error, setError] = useState<ServerError>();
  const read = useCallback(() => {
    readHealth().then(
      (now) => {
        setHealth(now);
        setError(undefined);
      },
      (thrown: unknown) => setError(toServerError(thrown)),
    );
  }, []);

  useEffect(() => {
    read();
    const timer = setInterval(() => {
      if (!document.hidden) read();
    }, EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return { health, error, reload: read };
}

async function readHealth(): Promise<Health> {
  const metrics = await withTimeLimit(LIMIT_MS, async (signal) =>
    (await request("/metrics", { signal })).text(),
  );
  return {
    readiness: await readReadiness(),
    samples: parseMetrics(metrics),
    readAt: Date.now(),
  };
}

/** A service that is not ready replies 503, with its parts in the body. */
async function readReadiness(): Promise<Readiness> {
  return withTimeLimit(LIMIT_MS, async (signal) => (await fetch("/readyz", { signal })).json());
}
