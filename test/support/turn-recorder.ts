import { createConnection, createServer, type AddressInfo, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** Commands sent before a reply: one round trip. */
export type RoundTrip = readonly string[];

/** A proxy between a client and Redis that records every round trip. */
export interface TurnRecorder {
  /** The URL for the client. */
  readonly url: string;
  /** Round trips since the last call. `ignore` selects those of background tasks. */
  take(ignore: (commands: RoundTrip) => boolean): RoundTrip[];
}

/** Starts the proxy. Stopped after the test. */
export async function recordTurns(redisUrl: string): Promise<TurnRecorder> {
  const { hostname, port } = new URL(redisUrl);
  const turns: string[][] = [];
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const redis = createConnection(Number(port), hostname);
    for (const socket of [client, redis]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
    }
    let hasReplied = true;
    client.on("data", (data) => {
      if (hasReplied) turns.push([]);
      hasReplied = false;
      turns.at(-1)?.push(...commandsIn(data));
      redis.write(data);
    });
    redis.on("data", (data) => {
      hasReplied = true;
      client.write(data);
    });
    client.on("close", () => redis.destroy());
    redis.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const address: AddressInfo | string | null = server.address();
  const own = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `redis://127.0.0.1:${own}`,
    take: (ignore) => turns.splice(0).filter((commands) => !ignore(commands)),
  };
}

/** Command names, parsed from RESP arrays. `GET` includes the prefix of its key. */
function commandsIn(data: Buffer): string[] {
  const command = /\*\d+\r\n\$\d+\r\n([A-Z][A-Z._]+)\r\n(?:\$\d+\r\n([\w-]+:?[\w-]*))?/gi;
  return [...data.toString("latin1").matchAll(command)].map(([, name = "", key = ""]) =>
    name.toUpperCase() === "GET" ? `GET ${key}` : name.toUpperCase(),
  );
}
