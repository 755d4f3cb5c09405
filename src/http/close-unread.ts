import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Socket } from "node:net";
import { z } from "zod";

interface Progress {
  /** What was waiting when it was looked at last. */
  waiting: string;
  /** When it was something else, in milliseconds of the process. */
  movedAt: number;
}

/**
 * Closes connections whose client takes nothing of what is waiting for it: streams, exports, files.
 * WebSockets are left out: they are told why.
 *
 * @param unreadMs longest time, in milliseconds
 */
export function closeUnread(server: Server, unreadMs: number): void {
  const open = new Map<Duplex, Progress>();

  function look(): void {
    const now = performance.now();
    for (const [socket, progress] of open) {
      const waiting = whatWaits(socket);
      if (socket.writableLength === 0 || waiting !== progress.waiting) {
        Object.assign(progress, { waiting, movedAt: now });
      } else if (now - progress.movedAt >= unreadMs) socket.destroy();
    }
  }

  server.on("connection", (socket: Socket) => {
    open.set(socket, { waiting: "", movedAt: performance.now() });
    socket.once("close", () => open.delete(socket));
  });
  server.on("upgrade", (_request: IncomingMessage, socket: Duplex) => open.delete(socket));
  const timer = setInterval(look, Math.ceil(unreadMs / 4)).unref();
  server.on("close", () => clearInterval(timer));
}

/** As `net.Socket` itself looks for progress: only the handle knows how much of a large write is left. */
const queueSchema = z.object({
  bytesWritten: z.number(),
  _handle: z.object({ writeQueueSize: z.number() }),
});

function whatWaits(socket: Duplex): string {
  const queue = queueSchema.safeParse(socket).data;
  return `${socket.writableLength} ${queue?.bytesWritten} ${queue?._handle.writeQueueSize}`;
}
