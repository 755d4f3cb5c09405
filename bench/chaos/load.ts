import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { LateError, runWithin } from "../../src/operations/with-deadline.ts";
import { createRandom } from "../support/seeded-random.ts";
import type { Replica } from "./replicas.ts";
import { answerTo } from "./upstream.ts";

const CONVERSATIONS = 60;
const IN_FLIGHT = 400;
const TIMEOUT_MS = 30_000;

const replySchema = z.object({
  id: z.string(),
  answer: z.string(),
  finish_reason: z.string(),
  cache: z.object({ status: z.string() }),
  cost: z.object({ total: z.string() }),
  degraded: z.array(z.string()),
});
const errorSchema = z.object({ error: z.object({ code: z.string() }) });

/** One request from the client's view. */
export interface Asked {
  readonly from: number;
  readonly to: number;
  readonly replica: string;
  /** `answered`, `503 not_ready`, `cut off`, … */
  readonly outcome: string;
  /** The reply of an answered request. */
  readonly reply: z.infer<typeof replySchema> | undefined;
  /** True if the answer belongs to another question. */
  readonly isWrong: boolean;
}

/** Clients that ask at a rate; each request goes to a running replica. */
export interface Load {
  readonly asked: readonly Asked[];
  /** Resolves when the last request has ended. */
  stop(): Promise<void>;
}

/** Adds a document that answers the questions: only such answers are shared between conversations. */
export async function putDocument(url: string): Promise<void> {
  const response = await fetch(`${url}/v1/documents/nimbus`, {
    method: "PUT",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      title: "Nimbus headphones",
      text: "# Nimbus headphones\n\nA refund of Nimbus headphones takes three days, whatever the number of the model is.",
    }),
  });
  if (response.status !== 201) throw new Error(`the document was not taken: ${response.status}`);
  await response.text();
}

/** @param rate requests per second; fewer if too many are in flight */
export function startLoad(replicas: readonly Replica[], rate: number): Load {
  const asked: Asked[] = [];
  const inFlight = new Set<Promise<void>>();
  const random = createRandom(1);
  const state = { isOver: false, number: 0 };

  async function run(): Promise<void> {
    const begun = performance.now();
    for (let sent = 0; !state.isOver;) {
      const due = Math.floor(((performance.now() - begun) / 1000) * rate);
      // Skip missed requests instead of sending them in a burst.
      if (due - sent > rate) sent = due - rate;
      for (; sent < due && inFlight.size < IN_FLIGHT; sent += 1) {
        const sending: Promise<void> = ask(replicas, nextQuestion(), random).then((one) => {
          if (one !== undefined) asked.push(one);
          inFlight.delete(sending);
        });
        inFlight.add(sending);
      }
      await sleep(5);
    }
  }

  /** Every question is asked twice, from different conversations. */
  function nextQuestion(): string {
    state.number += 1;
    const number = state.number % 2 === 0 ? state.number - 1 : state.number;
    return `How long does a refund of the Nimbus ${number} headphones take?`;
  }

  const running = run();
  return {
    asked,
    async stop() {
      state.isOver = true;
      await running;
      await Promise.all(inFlight);
    },
  };
}

/** Undefined if no replica accepted the request. */
async function ask(
  replicas: readonly Replica[],
  message: string,
  random: () => number,
): Promise<Asked | undefined> {
  const conversation = `talk-${Math.floor(random() * CONVERSATIONS)}`;
  const body = JSON.stringify({ message, conversation_id: conversation });
  const serving = replicas.filter(({ isServing }) => isServing);
  const first = Math.floor(random() * serving.length);
  for (let attempt = 0; attempt < serving.length; attempt += 1) {
    const replica = serving[(first + attempt) % serving.length];
    if (replica === undefined) continue;
    const from = Date.now();
    const seen = await send(`${replica.url}/v1/chat`, body);
    // Connection refused: a load balancer would use another replica.
    if (seen.outcome === "refused") continue;
    const isWrong =
      seen.reply !== undefined &&
      withoutMarks(seen.reply.answer) !== withoutMarks(answerTo(message));
    return { from, to: Date.now(), replica: replica.name, isWrong, ...seen };
  }
  return undefined;
}

/** Without passages (`degraded`), an answer has no marks. */
const withoutMarks = (answer: string) => answer.replaceAll(/ \[\d+\]/g, "");

async function send(url: string, body: string): Promise<Pick<Asked, "outcome" | "reply">> {
  try {
    const { status, json } = await runWithin(TIMEOUT_MS, undefined, async (signal) => {
      const response = await fetch(url, {
        method: "POST",
        // A new connection: a kept one may be closed by the server while it is reused.
        headers: { "content-type": "application/json", connection: "close" },
        body,
        signal,
      });
      const json: unknown = await response.json();
      return { status: response.status, json };
    });
    if (status === 200) return { outcome: "answered", reply: replySchema.parse(json) };
    const error = errorSchema.safeParse(json);
    const code = error.success ? error.data.error.code : "no error body";
    return { outcome: `${status} ${code}`, reply: undefined };
  } catch (error) {
    return { outcome: nameOf(error), reply: undefined };
  }
}

function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof LateError) return "no reply in time";
  const cause = error.cause instanceof Error && "code" in error.cause ? error.cause.code : "";
  return cause === "ECONNREFUSED" ? "refused" : "cut off";
}
