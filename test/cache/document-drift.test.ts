import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { randomTenant } from "../support/as-tenant.ts";
import { sharedRedisUrl } from "../support/redis.ts";
import { startService } from "../support/start-service.ts";

/** Forty subjects that have no word in common, each with a fact that can change. */
const SUBJECTS = (
  "parcel invoice laptop warranty passport gallery bicycle orchestra vaccine mortgage " +
  "aquarium telescope bakery elevator scholarship volcano museum pharmacy stadium ferry " +
  "greenhouse locker printer subtitle compost hostel translator dentist glacier harbour " +
  "chimney wallet puppet quarry saddle turbine umbrella vineyard windmill yearbook"
).split(" ");
const CHANGES = ["edit", "delete", "re-split", "add", "re-add"] as const;
const ROUNDS = 200;

/** Questions and facts of five kinds, which share no content words either. */
const KINDS = [
  [
    (it: string) => `How many days does the ${it} take?`,
    (it: string, n: number) => `The ${it} takes ${n} days.`,
  ],
  [
    (it: string) => `What is the price of the ${it}?`,
    (it: string, n: number) => `The price of the ${it} is ${n} euros.`,
  ],
  [
    (it: string) => `Which room holds the ${it}?`,
    (it: string, n: number) => `Room ${n} holds the ${it}.`,
  ],
  [
    (it: string) => `From what age may people use the ${it}?`,
    (it: string, n: number) => `People may use the ${it} from an age of ${n} years.`,
  ],
  [
    (it: string) => `What does the ${it} weigh?`,
    (it: string, n: number) => `The ${it} weighs ${n} kilograms.`,
  ],
] as const;

/** No number of a citation. */
const firstValue = (index: number) => 20 + index;
const newValue = (round: number) => 100 + round;
const titleOf = (subject: string) => `About the ${subject}`;
const kindOf = (subject: string) => KINDS[SUBJECTS.indexOf(subject) % KINDS.length] ?? KINDS[0];
const questionOf = (subject: string) => kindOf(subject)[0](subject);
const factOf = (subject: string, value: number) => kindOf(subject)[1](subject, value);
const textOf = (subject: string, value: number) =>
  `## Facts\n\n${factOf(subject, value)}\n\n## Contact\n\nAsk the ${subject} desk for help.`;
const says = (value: number | undefined) => new RegExp(`\\b${value}\\b`);

/** The whole service; between ask and ask again a document changes, 200 times in the five ways. */
function describeDrift(name: string, environment: () => Record<string, string>): void {
  describe(`answers whose documents change: ${name}`, () => {
    const { API_KEYS, headers } = randomTenant();
    let server: Awaited<ReturnType<typeof startService>>;
    const values = new Map<string, number>();
    const call = async (method: string, path: string, body?: unknown) => {
      const reply = await server.call(method, path, body, headers);
      expect(reply.status, reply.text).toBeLessThan(300);
      return reply.json;
    };
    const put = (subject: string, text: string) =>
      call("PUT", `/v1/documents/${subject}`, { title: titleOf(subject), text });
    const ask = (subject: string) => call("POST", "/v1/chat", { message: questionOf(subject) });

    beforeAll(async () => {
      server = await startService({ API_KEYS, ...environment() });
      for (const [index, subject] of SUBJECTS.entries()) {
        values.set(subject, firstValue(index));
        await put(subject, textOf(subject, firstValue(index)));
      }
    });
    afterAll(() => server.close());

    /** Citations are what stands in the document now. */
    async function checkCitations(citations: readonly any[]): Promise<void> {
      for (const { document_id, passage, start, end } of citations) {
        const { text } = await call("GET", `/v1/documents/${document_id}`);
        expect(text.slice(start, end)).toBe(passage);
      }
    }

    const rounds = Array.from({ length: ROUNDS }, (_, round) => {
      const subject = SUBJECTS[(round * 7) % SUBJECTS.length] ?? "";
      const bystander = SUBJECTS[(round * 7 + 13) % SUBJECTS.length] ?? "";
      const change = CHANGES[Math.floor(round / SUBJECTS.length) % CHANGES.length] ?? "edit";
      return { round, subject, bystander, change };
    });

    const changes = {
      async edit(subject: string, round: number) {
        values.set(subject, newValue(round));
        const report = await put(subject, textOf(subject, newValue(round)));
        expect(report.invalidated_answers).toBeGreaterThan(0);
      },
      async delete(subject: string) {
        await call("DELETE", `/v1/documents/${subject}`);
        values.delete(subject);
      },
      /** The same sentence in other passages. */
      async "re-split"(subject: string) {
        const value = values.get(subject) ?? 0;
        const before = `## Preface\n\n${"This page was written for everybody. ".repeat(30)}\n\n`;
        await put(subject, before + textOf(subject, value));
      },
      /** A new document says otherwise, nearer to the question than the old one. */
      async add(subject: string, round: number) {
        values.set(subject, newValue(round));
        const text = `${questionOf(subject)} ${factOf(subject, newValue(round))}`;
        await call("PUT", `/v1/documents/news-${subject}`, { title: `The ${subject}`, text });
      },
      async "re-add"(subject: string) {
        await call("DELETE", `/v1/documents/${subject}`);
        await put(subject, textOf(subject, values.get(subject) ?? 0));
      },
    };

    it.each(rounds)("$round: $change, and asked again", async (round) => {
      const { subject, bystander, change } = round;
      const first = await ask(subject);
      const old = values.get(subject);
      expect(first.answer).toMatch(says(old));
      expect((await ask(subject)).cache).toMatchObject({ status: "hit", tier: "exact" });
      await ask(bystander);
      await changes[change](subject, round.round);

      const again = await ask(subject);
      if (change === "edit" || change === "delete" || change === "add") {
        expect(again.cache.status).toBe("miss");
      }
      const value = values.get(subject);
      if (change === "edit" || change === "delete") expect(again.answer).not.toMatch(says(old));
      if (value !== undefined) expect(again.answer).toMatch(says(value));
      await checkCitations(again.citations);
      const unrelated = await ask(bystander);
      expect(unrelated.cache).toMatchObject({ status: "hit", tier: "exact" });

      if (change === "delete") {
        values.set(subject, newValue(round.round));
        await put(subject, textOf(subject, newValue(round.round)));
      }
      if (change === "add") {
        await call("DELETE", `/v1/documents/news-${subject}`);
        await put(subject, textOf(subject, values.get(subject) ?? 0));
      }
    });
  });
}

describeDrift("in this process", () => ({}));
if (sharedRedisUrl === undefined) {
  describe.skip("answers whose documents change: in Redis", () => {});
} else {
  const url = sharedRedisUrl;
  describeDrift("in Redis", () => ({ REDIS_URL: url }));
}
