import { randomUUID } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import type { ServedAnswer, ServedAnswers } from "../../src/feedback/types.ts";

/** What every memory of served answers promises; tenants and messages are random. */
export function describeServedAnswers(name: string, open: () => Promise<ServedAnswers>): void {
  describe(`served answers: ${name}`, () => {
    it("returns the latest note, within its tenant only", async () => {
      const served = await open();
      onTestFinished(() => served.close());
      const tenant = `tenant-${randomUUID()}`;
      const hit: ServedAnswer = {
        messageId: `msg_${randomUUID()}`,
        conversationId: "c:1",
        isHit: true,
        question: "Wie viel? 日本語 🙂",
        matchedQuestion: "Wieviel?",
        similarity: 0.97,
        entry: { scope: "s", id: "ans_1", createdAt: 1_700_000_000_000 },
      };
      const key = { tenant, messageId: hit.messageId };
      expect(await served.find(key)).toBeUndefined();
      await served.note(tenant, hit);
      expect(await served.find(key)).toEqual(hit);
      const bare = { ...hit, conversationId: null, matchedQuestion: null, similarity: null };
      await served.note(tenant, { ...bare, isHit: false, entry: null });
      expect(await served.find(key)).toEqual({ ...bare, isHit: false, entry: null });
      expect(await served.find({ ...key, tenant: `${tenant}:x` })).toBeUndefined();
      expect(await served.find({ tenant, messageId: "*" })).toBeUndefined();
    });
  });
}
