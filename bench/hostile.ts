/**
 * Hostile clients, one kind after the other, and the slowest reply of `/livez`
 * meanwhile. Run with `npm run bench:hostile [-- CASE…]`. Exit code 1 if it took longer than 250 ms.
 */
import { once } from "node:events";
import { WebSocket } from "ws";
import { startProcess } from "./support/start-process.ts";
import { countOutcomes, floodSocket, send, upload } from "./support/hostile-clients.ts";
import { watchLivez } from "./support/watch-livez.ts";

const LIMIT_MS = 250;
const METHOD = `Method: one process of the service (offline model, builtin embeddings, the sample pages, in memory or on REDIS_URL). A separate
process requests /livez every 20 ms on a keep-alive connection. Worst: the slowest reply during the case and the 2 s after it.`;

const times = <Value>(count: number, make: (index: number) => Value) =>
  Array.from({ length: count }, (_value, index) => make(index));
const MB = 1024 * 1024;
const question = (index: number) =>
  JSON.stringify({ message: `How do I share folder number ${index}?`, stream: true });

async function messageId(url: string): Promise<string> {
  const reply = await fetch(`${url}/v1/chat`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ message: "How do I reset my password?" }),
  });
  return /"id":"(msg_[\w-]+)"/.exec(await reply.text())?.[1] ?? "";
}

/** Each case returns its outcome. */
const CASES: Record<string, (url: string) => Promise<string>> = {
  "19 MB of <p>x as HTML": async (url) =>
    countOutcomes([await upload(url, "a.html", "<p>x".repeat((19 * MB) / 4))]),
  "the same 8 times at once": async (url) =>
    countOutcomes(
      await Promise.all(times(8, () => upload(url, "a.html", "<p>x".repeat((19 * MB) / 4)))),
    ),
  "19 MB of blank lines as text": async (url) =>
    countOutcomes([await upload(url, "a.md", `${"\n".repeat(19 * MB)}x`)]),
  "19 MB of headings as text": async (url) =>
    countOutcomes([await upload(url, "a.md", "# x\n".repeat((19 * MB) / 4))]),
  "5 MB of text, 4,900 passages": async (url) =>
    countOutcomes([await upload(url, "a.md", `${"word ".repeat(200)}\n\n`.repeat(4_900))]),
  "39 MB of [] as JSON": async (url) =>
    countOutcomes([await send(url, "/v1/documents", `[${"[],".repeat(13 * MB)}[]]`)]),
  "49 MB of blank lines as NDJSON": async (url) =>
    countOutcomes([
      await send(url, "/v1/cache/entries", "\n".repeat(49 * MB), "application/x-ndjson"),
    ]),
  "1 MB of wrong messages, 20 times": async (url) => {
    const body = JSON.stringify({ messages: times(80_000, () => ({ a: 1 })) });
    return countOutcomes(
      await Promise.all(times(20, () => send(url, "/v1/chat/completions", body))),
    );
  },
  "60,000 unknown keys, 20 times": async (url) => {
    const fields = times(60_000, (index) => `"k${index}":1`).join(",");
    const body = `{"message":"hi",${fields}}`;
    return countOutcomes(await Promise.all(times(20, () => send(url, "/v1/chat", body))));
  },
  "2,000 streams at once": async (url) =>
    countOutcomes(
      await Promise.all(times(2_000, (index) => send(url, "/v1/chat", question(index)))),
    ),
  "2,000 completions at once": async (url) => {
    const body = (index: number) =>
      JSON.stringify({ messages: [{ role: "user", content: `How do I delete file ${index}?` }] });
    return countOutcomes(
      await Promise.all(times(2_000, (index) => send(url, "/v1/chat/completions", body(index)))),
    );
  },
  "200 clients, 10 questions each": async (url) => {
    const ask = async (client: number) => {
      const outcomes = [];
      for (let number = 0; number < 10; number += 1) {
        const message = `How do I share folder number ${number * 7 + client}?`;
        const body = JSON.stringify({ message, conversation_id: `client-${client % 40}` });
        outcomes.push(await send(url, "/v1/chat", body));
      }
      return outcomes;
    };
    return countOutcomes((await Promise.all(times(200, ask))).flat());
  },
  "20,000 resumes, unread": async (url) => {
    const id = await messageId(url);
    const flood = async (socket: WebSocket) => {
      socket.pause();
      for (let index = 0; index < 20_000; index += 1) {
        socket.send(JSON.stringify({ type: "resume", request_id: `r${index}`, id, after: 0 }));
      }
      await new Promise((resolve) => setTimeout(resolve, 3_000));
    };
    return floodSocket(url, flood, { reads: false });
  },
  "200,000 frames that are no message": (url) =>
    floodSocket(
      url,
      async (socket) => {
        for (let index = 0; index < 200_000; index += 1) socket.send("{");
      },
      { reads: true },
    ),
  "200,000 pings": (url) =>
    floodSocket(
      url,
      async (socket) => {
        for (let index = 0; index < 200_000; index += 1) socket.ping();
      },
      { reads: true },
    ),
  "1,000 sockets at once": async (url) => {
    const ends = times(1_000, () => floodSocketOnce(url));
    const told = await Promise.all(ends);
    return `${told.filter((end) => end === "open").length} opened`;
  },
};

async function floodSocketOnce(url: string): Promise<string> {
  const socket = new WebSocket(`${url.replace("http", "ws")}/v1/ws`, "reprise.v1");
  const refused = once(socket, "error").then(() => "refused");
  const end = await Promise.race([once(socket, "open").then(() => "open"), refused]);
  socket.on("error", () => undefined);
  socket.terminate();
  return end;
}

async function main(): Promise<void> {
  console.log(`${METHOD}\n`);
  const wanted = process.argv.slice(2);
  let isSlow = false;
  for (const [name, run] of Object.entries(CASES)) {
    if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
    // Each case gets a fresh service.
    const service = await startProcess({ LOG_LEVEL: "info" });
    const watch = await watchLivez(service.url);
    const begun = performance.now();
    const outcome = await run(service.url).catch((error: unknown) => `failed: ${String(error)}`);
    const took = performance.now() - begun;
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const { worst, looks, failures } = await watch.report();
    isSlow ||= worst > LIMIT_MS || failures > 0;
    const told = `${worst.toFixed(0).padStart(6)} ms worst of ${looks}`;
    const failed = failures === 0 ? "" : `, ${failures} FAILED`;
    console.log(
      `${told}${failed}  ${name.padEnd(36)} ${(took / 1000).toFixed(1).padStart(5)} s: ${outcome}`,
    );
    watch.close();
    await service.stop();
  }
  process.exitCode = isSlow ? 1 : 0;
}

await main();
