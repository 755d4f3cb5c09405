import { createConnection, createServer } from "node:net";

/** @throws Error when somebody listens there, who would be taken for the server that is started. */
export async function checkFree(port: number): Promise<void> {
  const isTaken = await new Promise<boolean>((resolve) => {
    const socket = createConnection(port, "127.0.0.1", () => end(true));
    const end = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket.once("error", () => end(false));
  });
  if (isTaken) throw new Error(`port ${port} is taken by another program; choose another`);
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
