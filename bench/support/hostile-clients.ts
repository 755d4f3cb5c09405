import { once } from "node:events";
import { Agent, request, type IncomingMessage } from "node:http";
import { WebSocket } from "ws";

/** The counted fields of a reply. */
export interface Outcome {
  readonly status: number;
  readonly bytes: number;
}

/** Sends one request on its own connection. Status 0 if the connection broke. */
export function send(
  url: string,
  path: string,
  body: string | Buffer,
  type = "application/json",
): Promise<Outcome> {
  return new Promise((resolve) => {
    const headers = { "content-type": type, "content-length": Buffer.byteLength(body) };
    const options = { method: "POST", headers, agent: new Agent() };
    const sent = request(url + path, options, (reply: IncomingMessage) => {
      let bytes = 0;
      reply.on("data", (data: Buffer) => (bytes += data.length));
      reply.on("end", () => resolve({ status: reply.statusCode ?? 0, bytes }));
      reply.on("error", () => resolve({ status: reply.statusCode ?? 0, bytes }));
    });
    sent.on("error", () => resolve({ status: 0, bytes: 0 }));
    sent.end(body);
  });
}

/** Uploads one file. */
export function upload(url: string, name: string, content: string): Promise<Outcome> {
  const lines = [
    "--xxxx",
    `Content-Disposition: form-data; name="file"; filename="${name}"`,
    "",
    content,
    "--xxxx--",
    "",
  ];
  return send(url, "/v1/documents", lines.join("\r\n"), "multipart/form-data; boundary=xxxx");
}

/** Counts replies by status: `429 x 1500`. */
export function countOutcomes(outcomes: readonly Outcome[]): string {
  const counts = new Map<number, number>();
  for (const { status } of outcomes) counts.set(status, (counts.get(status) ?? 0) + 1);
  const largest = Math.max(...outcomes.map(({ bytes }) => bytes));
  const told = [...counts].map(([status, count]) => `${status || "no reply"} x ${count}`);
  return `${told.join(", ")}; largest reply ${Math.round(largest / 1024)} KB`;
}

/** Lets `flood` write to a socket and returns how it ended; no close reason if the client does not read. */
export async function floodSocket(
  url: string,
  flood: (socket: WebSocket) => Promise<void>,
  options: { reads: boolean },
): Promise<string> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/v1/ws`, "reprise.v1");
  socket.on("error", () => undefined);
  await once(socket, "open");
  const closed = once(socket, "close").then(([code]) => `closed with ${String(code)}`);
  await flood(socket);
  if (!options.reads) socket.resume();
  const open = new Promise<string>((resolve) => setTimeout(resolve, 15_000, "still open").unref());
  const end = await Promise.race([closed, open]);
  socket.terminate();
  return end;
}
