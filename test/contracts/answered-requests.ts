import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { AnsweredRequests } from "../../src/history/answered-requests.ts";

/** What every memory of answered requests promises; tenants are random. */
export function describeAnsweredRequests(
  name: string,
  open: () => Promise<AnsweredRequests>,
): void {
  describe(`answered requests: ${name}`, () => {
    it("gives the message of the last answer, to its tenant only", async () => {
      const requests = await open();
      const key = { tenant: `tenant-${randomUUID()}`, hash: "abc" };
      expect(await requests.find(key)).toBeUndefined();
      for (const messageId of ["m:1 日本", ""]) {
        await requests.note(key, messageId);
        expect(await requests.find(key)).toBe(messageId);
      }
      expect(await requests.find({ ...key, tenant: `${key.tenant}:x` })).toBeUndefined();
      expect(await requests.find({ ...key, hash: "abcd" })).toBeUndefined();
    });
  });
}
