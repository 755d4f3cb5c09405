import { randomUUID } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import { openDatabase } from "../../src/records/database.ts";
import { createSqlPolicies } from "../../src/records/sql-policies.ts";
import { createPolicies, type PolicyStore, type PolicyVersion } from "../../src/tuning/policies.ts";
import { openTestDatabase, testDatabases } from "../support/databases.ts";

const SETTINGS = { threshold: 0.95, greyThreshold: 1, ttlSeconds: 60 };
const by = { author: "ann", reason: "measured" };

function open(
  store: PolicyStore,
  onError: (error: unknown) => void = () => {},
  onInForce: (version: PolicyVersion) => void = () => {},
) {
  const parts = { store, settings: SETTINGS, now: () => 5, onError, onInForce };
  const policies = createPolicies(parts);
  onTestFinished(() => policies.close());
  return policies;
}

describe.each(testDatabases)("policies in $name", (database) => {
  it("are versioned, with the newest of each tenant in force", async () => {
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

  it("get one version per concurrent change", async () => {
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

  it("are listed newest first, in pages, with the configuration last", async () => {
    const store = createSqlPolicies(await openTestDatabase(database));
    const policies = open(store);
    const tenant = randomUUID();
    for (const threshold of [0.9, 0.91, 0.92]) {
      await policies.change({ ...by, tenant, policy: { ...SETTINGS, threshold } });
    }
    const list = async (before?: number) =>
      (await policies.versions({ tenant, before, limit: 2 })).map(({ version }) => version);
    expect(await list()).toEqual([3, 2]);
    expect(await list(2)).toEqual([1, 0]);
    expect(await list(3)).toEqual([2, 1]);
    expect(await list(1)).toEqual([0]);
    expect(await list(0)).toEqual([]);
    expect((await policies.find({ tenant, version: 2 }))?.policy.threshold).toBe(0.91);
    expect((await policies.find({ tenant, version: 0 }))?.policy).toEqual(SETTINGS);
    expect(await policies.find({ tenant, version: 9 })).toBeUndefined();
  });

  it("reject a change based on an outdated version", async () => {
    const policies = open(createSqlPolicies(await openTestDatabase(database)));
    const tenant = randomUUID();
    const change = (expected: number) =>
      policies.change({ ...by, tenant, policy: SETTINGS, expected });
    expect((await change(0)).version).toBe(1);
    await expect(change(0)).rejects.toMatchObject({ code: "conflict" });
    const both = await Promise.allSettled([change(1), change(1)]);
    expect(both.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  });

  it("are reported once when they take effect: on change and at start", async () => {
    const store = createSqlPolicies(await openTestDatabase(database));
    const tenant = randomUUID();
    const told: [string, number][] = [];
    const tellFrom =
      (place: string) =>
      ({ tenant: whose, version }: PolicyVersion) => {
        if (whose === tenant) told.push([place, version]);
      };
    const policies = open(store, undefined, tellFrom("here"));
    await policies.change({ ...by, tenant, policy: SETTINGS });
    await policies.change({ ...by, tenant, policy: SETTINGS });
    await policies.begin();
    const restarted = open(store, undefined, tellFrom("there"));
    await restarted.begin();
    expect(told).toEqual([
      ["here", 1],
      ["here", 2],
      ["there", 2],
    ]);
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

it("the last known policies stay in force while the database is unavailable", async () => {
  const troubles: unknown[] = [];
  const store: PolicyStore = {
    newest: () => Promise.reject(new Error("away")),
    versions: () => Promise.reject(new Error("away")),
    find: () => Promise.reject(new Error("away")),
    append: async (change) => ({ ...change, version: 1, createdAt: change.now }),
  };
  const policies = open(store, (error) => troubles.push(error));
  await policies.change({ ...by, tenant: "t", policy: { ...SETTINGS, threshold: 0.9 } });
  await policies.begin();
  expect(troubles).toHaveLength(1);
  expect(policies.of("t").policy.threshold).toBe(0.9);
});
