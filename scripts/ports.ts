import { createConnection, createServer } from "node:net";

/** @throws Error when another program listens on the port: it would be mistaken for the started server. */
export async function checkFree(port: number): Promise<void> {
  const isTaken = await new Promise<boolean>((resolve) => {
    const socket = createConnection(port, "127.0.0.1", () => end(true));
    const end = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket.once("error", () => end(false));
  });
  if (isTaken) throw new Error(`Port ${port} is in use by another program. Choose another port.`);
}

/** A port that is currently free. */
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
