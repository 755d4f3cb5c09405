import { describe, expect, it } from "vitest";
import { beginWith, east, HOSTILE, type Open } from "./passage-store.ts";

/** What every passage store promises about documents that some may not read. */
export function describePassageReaders(name: string, open: Open): void {
  const begin = () => beginWith(open);

  describe(`readers of passages: ${name}`, () => {
    it("leaves out hidden documents, whatever their ids, also among those that are wanted", async () => {
      const { search, put } = await begin();
      const ids = HOSTILE.map((name, place) => `${name}${place}`);
      for (const id of [...ids, "open"]) await put(id, [[`Refunds of ${id}.`, east]]);
      const all = await search({ limit: 50 });
      expect([all.byVector.length, all.byText.length]).toEqual([ids.length + 1, ids.length + 1]);
      const left = await search({ hidden: new Set([...ids, "unknown"]), limit: 50 });
      expect([left.byVector.length, left.byText.length]).toEqual([1, 1]);
      const documentIds = [...ids.slice(0, 3), "open"];
      const hidden = new Set(ids.slice(1));
      const wanted = await search({ documentIds, hidden, limit: 50 });
      expect([wanted.byVector.length, wanted.byText.length]).toEqual([2, 2]);
      const nothing = await search({ documentIds: ["open"], hidden: new Set(["open"]) });
      expect(nothing).toEqual({ byVector: [], byText: [] });
    });

    it("has a new version after its readers changed, with the same passages", async () => {
      const { passages, tenant, search, put } = await begin();
      await put("billing", [["Refunds.", east]]);
      const [before, found] = [await passages.version(tenant), await search()];
      const others = await passages.version(`${tenant}-b`);
      await passages.renewVersion(tenant);
      expect(await passages.version(tenant)).not.toBe(before);
      expect(await search()).toEqual(found);
      expect(await passages.version(`${tenant}-b`)).toBe(others);
    });
  });
}
