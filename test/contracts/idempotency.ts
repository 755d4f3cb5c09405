import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { IdempotencyStore } from "../../src/idempotency/types.ts";

const NOW = Date.UTC(2026, 10, 24);
const DAY_MS = 86_400_000;

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
        leaseMs: 1_000,
        ...parts,
      });
    const answer = (parts: object = {}) =>
      store.answer({
        ...place,
        messageId: "msg_1",
        conversationId: "c1",
        reply: '{"answer":"yes"}',
        now: NOW,
        ...parts,
      });
    return { store, place, claim, answer };
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

    it("keep a reply for 24 hours", async () => {
      const { claim, answer } = await begin();
      await claim();
      await answer();
      expect((await claim({ now: NOW + DAY_MS - 1 })).kind).toBe("answered");
      expect((await claim({ now: NOW + DAY_MS, bodyHash: "b" })).kind).toBe("claimed");
    });

    it("free a released or expired key, and keep an answered one", async () => {
      const { store, place, claim, answer } = await begin();
      await claim();
      await store.release({ ...place, messageId: "msg_other" });
      expect((await claim()).kind).toBe("under-way");
      await store.release({ ...place, messageId: "msg_1" });
      expect((await claim()).kind).toBe("claimed");
      expect((await claim({ now: NOW + 1_000 })).kind).toBe("claimed");
      await answer();
      await store.release({ ...place, messageId: "msg_1" });
      expect((await claim()).kind).toBe("answered");
    });

    it("separate tenants and keys", async () => {
      const { claim } = await begin();
      await claim();
      expect((await claim({ tenant: randomUUID() })).kind).toBe("claimed");
      expect((await claim({ key: "key 2" })).kind).toBe("claimed");
    });
  });
}
