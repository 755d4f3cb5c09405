import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { OwnerNotes } from "../../src/identity/owner-notes.ts";

/** What all notes of owners promise. */
export function describeOwnerNotes(name: string, open: () => Promise<OwnerNotes>): void {
  const newKey = () => ({ tenant: `tenant-${randomUUID()}`, conversationId: "c1" });

  describe(`owner notes: ${name}`, () => {
    it("assign a conversation to its first claimant, unsettled", async () => {
      const notes = await open();
      const key = newKey();
      expect(await notes.find(key)).toBeUndefined();
      expect(await notes.claim(key, "key:web")).toEqual({ owner: "key:web", isSettled: false });
      expect(await notes.claim(key, "user:ann")).toEqual({ owner: "key:web", isSettled: false });
      expect(await notes.find(key)).toEqual({ owner: "key:web", isSettled: false });
    });

    it("let one of many concurrent claims win", async () => {
      const notes = await open();
      const key = newKey();
      const owners = Array.from({ length: 20 }, (_value, index) => `user:u${index}`);
      const told = await Promise.all(owners.map((owner) => notes.claim(key, owner)));
      expect(new Set(told.map(({ owner }) => owner)).size).toBe(1);
    });

    it("keep settled owners, including none", async () => {
      const notes = await open();
      for (const owner of ["user:ann", ""]) {
        const key = newKey();
        await notes.claim(key, "key:web");
        await notes.settle(key, owner);
        expect(await notes.claim(key, "key:web")).toEqual({ owner, isSettled: true });
        expect(await notes.find(key)).toEqual({ owner, isSettled: true });
      }
    });

    it("separate tenants and conversations", async () => {
      const notes = await open();
      const key = newKey();
      await notes.settle(key, "user:ann");
      expect(await notes.find({ ...key, conversationId: "c2" })).toBeUndefined();
      expect(await notes.find(newKey())).toBeUndefined();
    });
  });
}
