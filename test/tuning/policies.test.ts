import { randomUUID } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../src/records/database.ts";
import { createSqlPolicies } from "../../src/records/sql-policies.ts";
import { createPolicies, type PolicyStore } from "../../src/tuning/policies.ts";
import { testDatabases } from "../support/databases.ts";

const SETTINGS = { threshold: 0.95, greyThreshold: 1, ttlSeconds: 60 };
const by = { author: "ann", reason: "measured" };

function open(store: PolicyStore, onTrouble: (error: unknown) => void = () => {}) {
  const policies = createPolicies({ store, settings: SETTINGS, now: () => 5, onTrouble });
  onTestFinished(() => policies.close());
  return policies;
}

describe.each(testDatabases)("policies in $name", (database) => {
  it("are versions, the newest of each tenant is in force", async () => {
    const place = await database.makePlace();
    const records = await openDatabase(place);
    onTestFinished(() => records.destroy());
    const store = createSqlPolicies(records);
    const [one, other] = [randomUUID(), randomUUID()];
    const policies = open(store);
    expect(policies.of(one)).toMatchObject({ version: 0, policy: SETTINGS, author: "settings" });
    const guards = { names: false };
    await policies.change({ ...by, tenant: one, policy: { ...SETTINGS, threshold: 0.9, guards } });
    const second = { ...SETTINGS, threshold: 0.8, guards };
    await policies.change({ ...by, tenant: one, policy: second });
    expect(policies.of(one)).toMatchObject({ version: 2, policy: second, createdAt: 5, ...by });
    expect(policies.of(other).version).toBe(0);
    const restarted = open(store);
    await restarted.begin();
    expect(restarted.of(one)).toEqual(policies.of(one));
  });

  it("are changed by several at once, one version each", async () => {
    const records = await openDatabase(await database.makePlace());
    onTestFinished(() => records.destroy());
    const tenant = randomUUID();
    const policies = open(createSqlPolicies(records));
    const changes = await Promise.all(
      [0.9, 0.91, 0.92, 0.93].map((threshold) =>
        policies.change({ ...by, tenant, policy: { ...SETTINGS, threshold } }),
      ),
    );
    const versions = changes.map(({ version }) => version);
    expect(versions.toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4]);
    expect(policies.of(tenant).version).toBe(4);
  });

  it("reach another replica without a restart", async () => {
    const place = await database.makePlace();
    const [here, there] = [await openDatabase(place), await openDatabase(place)];
    onTestFinished(async () => void (await Promise.all([here.destroy(), there.destroy()])));
    const tenant = randomUUID();
    const [changing, following] = [open(createSqlPolicies(here)), open(createSqlPolicies(there))];
    await following.begin();
    await changing.change({ ...by, tenant, policy: { ...SETTINGS, threshold: 0.7 } });
    await expect.poll(() => following.of(tenant).policy.threshold, { timeout: 10_000 }).toBe(0.7);
  });
});

it("what was known stays in force while the record is away", async () => {
  const troubles: unknown[] = [];
  const store: PolicyStore = {
    newest: () => Promise.reject(new Error("away")),
    append: async (change) => ({ ...change, version: 1, createdAt: change.now }),
  };
  const policies = open(store, (error) => troubles.push(error));
  await policies.change({ ...by, tenant: "t", policy: { ...SETTINGS, threshold: 0.9 } });
  await policies.begin();
  expect(troubles).toHaveLength(1);
  expect(policies.of("t").policy.threshold).toBe(0.9);
});
