import { describe, expect, it } from "vitest";
import { createClient } from "../../scripts/demo/client.ts";
import { createDemoClock } from "../../scripts/demo/demo-clock.ts";
import { planTraffic } from "../../scripts/demo/plan-traffic.ts";
import { QUESTIONS, topicOf } from "../../scripts/demo/questions.ts";
import { createRandom } from "../../scripts/demo/random.ts";
import { startDemo } from "../../scripts/demo/start-demo.ts";

const END = Date.UTC(2026, 10, 25, 12);
const WEEK_MS = 7 * 86_400_000;

describe("the demo", () => {
  it("plans the same week in the order of time each time", () => {
    const plan = () =>
      planTraffic({
        end: END,
        conversations: { lastDay: 60, dayBefore: 9 },
        shadowRate: 0.3,
        random: createRandom(1),
      });
    const events = plan();
    expect(events).toEqual(plan());
    const times = events.map(({ at }) => at);
    expect(times).toEqual(times.toSorted((one, other) => one - other));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(END - WEEK_MS);
    expect(Math.max(...times)).toBeLessThan(END);
    const asked = events.filter(({ kind }) => kind === "ask");
    expect(asked.filter(({ at }) => at > END - WEEK_MS / 7).length).toBeGreaterThan(
      asked.length / 3,
    );
  });

  it("knows what each of its questions is about, and none twice", () => {
    const all = QUESTIONS.flat();
    for (const { text, topic } of all) expect(topicOf(text.toUpperCase())).toBe(topic);
    expect(topicOf("What is the weather?")).toBeUndefined();
  });

  it("has a clock that goes forward only, and in whole milliseconds", () => {
    const clock = createDemoClock(END);
    expect(clock.now()).toBeGreaterThanOrEqual(END);
    clock.set(END + 5_000.5);
    const later = clock.now();
    expect(later).toBeGreaterThanOrEqual(END + 5_000);
    expect(Number.isInteger(later)).toBe(true);
    clock.set(END);
    expect(clock.now()).toBeGreaterThanOrEqual(later);
  });

  it("fills every part of a service through its public API", async () => {
    const conversations = { lastDay: 25, dayBefore: 2 };
    const demo = await startDemo({ port: 0, conversations, shadowRate: 1, end: END });
    const client = createClient(demo.url);
    const read = async (path: string): Promise<any> => client.call("GET", path);
    const { rows } = await read("/v1/reports/costs");
    expect(rows.length).toBeGreaterThan(2);
    expect(Number(rows.at(-1).cost.total)).toBeGreaterThan(0);
    expect(rows.every(({ cost }: any) => cost.priced)).toBe(true);
    expect((await read("/v1/cache/entries")).entries.length).toBeGreaterThan(5);
    expect((await read("/v1/conversations")).conversations.length).toBeGreaterThan(20);
    const policy = await read("/v1/cache/policy");
    expect(policy).toMatchObject({ version: 3, shadow_rate: 1, target_wrong_hit_rate: null });
    const { lookups } = await read("/v1/cache/lookups?verdict=hit&limit=100");
    const bySimilarity = lookups.filter(
      ({ tier, created_at: at }: any) => tier !== "exact" && at >= policy.created_at,
    );
    await expect
      .poll(async () => (await read("/v1/cache/shadow")).runs, { timeout: 10_000 })
      .toBe(bySimilarity.length);
    expect((await read("/v1/documents/refunds")).version).toBe(2);
    expect([...demo.outcomes.keys()]).toEqual(expect.arrayContaining(["miss", "exact"]));
    await demo.close();
  }, 60_000);
});
