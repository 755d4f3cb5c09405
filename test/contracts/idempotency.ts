import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { IdempotencyStore } from "../../src/idempotency/types.ts";

const NOW = Date.UTC(2026, 10, 24);
const LEASE_MS = 60_000;

/** What every store of idempotency keys promises. */
export function describeIdempotency(name: string, open: () => Promise<IdempotencyStore>): void {
  async function begin() {
    const store = await open();
    const place = { tenant: `tenant-${randomUUID()}`, key: "key 1" };
    const claim = (parts: object = {}) =>
      store.claim({
        ...place,
        bodyHash: "a",
        messageId: "msg_1",
        now: NOW,
        leaseMs: LEASE_MS,
        ...parts,
      });
    const answer = (parts: object = {}) =>
      store.answer({
        ...place,
        messageId: "msg_1",
        conversationId: "c1",
        reply: '{"answer":"yes"}',
        keepMs: LEASE_MS,
        ...parts,
      });
    const renew = (parts: object = {}) =>
      store.renew({ ...place, messageId: "msg_1", leaseMs: LEASE_MS, ...parts });
    return { store, place, claim, answer, renew };
  }

  describe(`idempotency keys: ${name}`, () => {
    it("let one request claim a key, and return its reply to the others", async () => {
      const { claim, answer } = await begin();
      const all = await Promise.all(
        Array.from({ length: 6 }, (_value, index) => claim({ messageId: `msg_${index}` })),
      );
      expect(all.filter(({ kind }) => kind === "claimed")).toHaveLength(1);
      const winner = all.findIndex(({ kind }) => kind === "claimed");
      const messageId = `msg_${winner}`;
      expect(await claim()).toEqual({ kind: "under-way", messageId });
      await answer({ messageId: "msg_other" });
      expect(await claim()).toEqual({ kind: "under-way", messageId });
      await answer({ messageId });
      expect(await claim()).toEqual({ kind: "answered", reply: '{"answer":"yes"}' });
    });

    it("detect another body, before and after the reply", async () => {
      const { claim, answer } = await begin();
      await claim();
      expect(await claim({ bodyHash: "b" })).toEqual({ kind: "other-body" });
      await answer();
      expect(await claim({ bodyHash: "b" })).toEqual({ kind: "other-body" });
    });

    it("keep a reply for the given time, whatever the clocks of the replicas say", async () => {
      const { claim, answer } = await begin();
      await claim();
      await answer();
      expect((await claim({ now: NOW + 10 * LEASE_MS })).kind).toBe("answered");
      await answer({ keepMs: 0 });
      expect((await claim({ now: NOW - 10 * LEASE_MS, bodyHash: "b" })).kind).toBe("claimed");
    });

    it("free a released or expired key, and keep an answered one", async () => {
      const { store, place, claim, answer } = await begin();
      await claim();
      await store.release({ ...place, messageId: "msg_other" });
      expect((await claim()).kind).toBe("under-way");
      await store.release({ ...place, messageId: "msg_1" });
      expect((await claim({ leaseMs: 0 })).kind).toBe("claimed");
      expect((await claim()).kind).toBe("claimed");
      await answer();
      await store.release({ ...place, messageId: "msg_1" });
      expect((await claim()).kind).toBe("answered");
    });

    it("let one of several requests take over an expired key", async () => {
      const { claim } = await begin();
      await claim({ leaseMs: 0 });
      const all = await Promise.all(
        Array.from({ length: 6 }, (_value, index) => claim({ messageId: `msg_new_${index}` })),
      );
      expect(all.filter(({ kind }) => kind === "claimed")).toHaveLength(1);
      const messageId = `msg_new_${all.findIndex(({ kind }) => kind === "claimed")}`;
      expect(await claim()).toEqual({ kind: "under-way", messageId });
    });

    it("keep a renewed key, even one that had expired, as long as nobody took it over", async () => {
      const { claim, renew } = await begin();
      await claim({ leaseMs: 0 });
      expect(await renew()).toBe(true);
      expect(await claim({ messageId: "msg_2" })).toEqual({
        kind: "under-way",
        messageId: "msg_1",
      });
      expect(await renew({ messageId: "msg_2" })).toBe(false);
    });

    it("let a message that lost its key neither renew, release nor overwrite it", async () => {
      const { store, place, claim, answer, renew } = await begin();
      await claim({ leaseMs: 0 });
      expect((await claim({ messageId: "msg_2" })).kind).toBe("claimed");
      expect(await renew()).toBe(false);
      await answer({ reply: '{"answer":"late"}' });
      await store.release({ ...place, messageId: "msg_1" });
      expect(await claim()).toEqual({ kind: "under-way", messageId: "msg_2" });
      await answer({ messageId: "msg_2", reply: '{"answer":"new"}' });
      await answer({ reply: '{"answer":"late"}' });
      expect(await renew()).toBe(false);
      expect(await claim()).toEqual({ kind: "answered", reply: '{"answer":"new"}' });
    });

    it("separate tenants and keys", async () => {
      const { claim } = await begin();
      await claim();
      expect((await claim({ tenant: randomUUID() })).kind).toBe("claimed");
      expect((await claim({ key: "key 2" })).kind).toBe("claimed");
    });
  });
}
