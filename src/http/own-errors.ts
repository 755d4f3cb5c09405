import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Logger } from "../operations/logger.ts";

/** What a client that goes away, or does not speak HTTP, leaves behind: no fault of the service. */
const CLIENT_FAULTS =
  /^(?:ECONNRESET|EPIPE|ECONNABORTED|ETIMEDOUT|HPE_\w+|ERR_STREAM_PREMATURE_CLOSE|ERR_STREAM_DESTROYED|ERR_HTTP_REQUEST_TIMEOUT)$/;

/**
 * Gives every socket, request and reply of a server an owner for its errors: without a listener Node
 * ends the process. An upgraded socket keeps the listener of its connection. The server itself fails
 * when it may not accept (no file descriptors are left), and goes on when it may again.
 */
export function ownErrors(server: Server, logger: Logger): void {
  const own = (what: string) => (err: Error & { code?: unknown }) => {
    if (CLIENT_FAULTS.test(String(err.code)))
      logger.debug({ err }, `The client of a ${what} left.`);
    else logger.error({ err }, `A ${what} failed; it ends, the service goes on.`);
  };
  const onConnection = own("connection");
  const onRequest = own("request");
  const onReply = own("reply");
  server.on("error", own("server"));
  server.on("connection", (socket: Socket) => socket.on("error", onConnection));
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    request.on("error", onRequest);
    response.on("error", onReply);
  });
}
