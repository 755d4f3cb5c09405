import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { ResponseStore } from "../../src/responses/types.ts";
import type { Transcripts } from "../../src/transcripts/types.ts";

const NOW = Date.UTC(2026, 10, 24);

/** What every store of responses promises. */
export function describeResponseStore(
  name: string,
  open: () => Promise<{
    store: ResponseStore;
    transcripts: Pick<Transcripts, "erase">;
    sweep: (now: number) => Promise<void>;
  }>,
): void {
  const make = (parts: object = {}) => ({
    tenant: `tenant-${randomUUID()}`,
    id: `resp_${randomUUID()}`,
    conversationId: randomUUID(),
    owner: "key:web",
    createdAt: NOW,
    body: JSON.stringify({ text: "\0 'quoted' 日本" }),
    ...parts,
  });

  describe(`responses: ${name}`, () => {
    it("are returned as stored, within their tenant only", async () => {
      const { store } = await open();
      const response = make();
      await store.put(response);
      await store.put({ ...response, body: "{}" });
      expect(await store.find(response)).toEqual(response);
      expect(await store.find({ ...response, tenant: "other" })).toBeUndefined();
      const unowned = make({ owner: null });
      await store.put(unowned);
      expect(await store.find(unowned)).toEqual(unowned);
    });

    it("are removed one by one", async () => {
      const { store } = await open();
      const response = make();
      await store.put(response);
      expect(await store.remove({ ...response, tenant: "other" })).toBe(false);
      expect(await store.remove(response)).toBe(true);
      expect(await store.remove(response)).toBe(false);
      expect(await store.find(response)).toBeUndefined();
    });

    it("are erased with their conversation, even if they arrive later", async () => {
      const { store, transcripts } = await open();
      const response = make();
      await store.put(response);
      await transcripts.erase({ ...response, now: NOW + 10 });
      expect(await store.find(response)).toBeUndefined();
      await store.put({ ...response, createdAt: NOW + 5 });
      expect(await store.find(response)).toBeUndefined();
      await store.put({ ...response, createdAt: NOW + 20 });
      expect(await store.find(response)).toMatchObject({ createdAt: NOW + 20 });
    });

    it("are kept for 30 days", async () => {
      const { store, sweep } = await open();
      const response = make();
      await store.put(response);
      await sweep(NOW + 30 * 86_400_000 - 1);
      expect(await store.find(response)).toBeDefined();
      await sweep(NOW + 30 * 86_400_000 + 1);
      expect(await store.find(response)).toBeUndefined();
    });
  });
}
