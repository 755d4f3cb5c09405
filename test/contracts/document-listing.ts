import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { DocumentStore } from "../../src/knowledge/types.ts";
import { beginDocuments } from "./document-store.ts";

/** What every store of documents promises of its listing. */
export function describeDocumentListing(name: string, open: () => Promise<DocumentStore>): void {
  const begin = () => beginDocuments(open);

  describe(`listing of documents: ${name}`, () => {
    it("lists page by page, ordered by id, each document once", async () => {
      const { documents, tenant, put } = await begin();
      const ids = Array.from({ length: 7 }, (_value, index) => `d-${index}`);
      for (const id of ids.toReversed()) await put({ id });
      const seen: string[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < 10; page += 1) {
        const { rows, nextCursor } = await documents.list({ tenant, limit: 3, cursor });
        seen.push(...rows.map(({ id }) => id));
        if (nextCursor === null) break;
        expect(rows).toHaveLength(3);
        cursor = nextCursor;
      }
      expect(seen).toEqual(ids);
    });

    it("lists what stays once, while others come and go, and without the texts", async () => {
      const { documents, tenant, put } = await begin();
      const stays = ["b", "d", "f", "h"];
      for (const id of ["a", ...stays, "c", "e", "g"]) await put({ id });
      const seen: string[] = [];
      const changes = [
        () => documents.remove({ tenant, documentId: "a" }),
        () => documents.remove({ tenant, documentId: "c" }),
        () => put({ id: "a0" }),
        () => put({ id: "e", text: "changed" }),
        () => put({ id: "z" }),
        () => documents.remove({ tenant, documentId: "z" }),
      ];
      let cursor: string | undefined;
      do {
        const page = await documents.list({ tenant, limit: 2, cursor });
        seen.push(...page.rows.map(({ id }) => id));
        for (const row of page.rows) expect(row).not.toHaveProperty("text");
        cursor = page.nextCursor ?? undefined;
        await changes.shift()?.();
        await changes.shift()?.();
      } while (cursor !== undefined);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.filter((id) => stays.includes(id))).toEqual(stays);
      expect(seen).toEqual(seen.toSorted());
    });

    it("goes on behind a document that is gone", async () => {
      const { documents, tenant, put } = await begin();
      for (const id of ["a", "b", "c"]) await put({ id });
      const { nextCursor } = await documents.list({ tenant, limit: 2 });
      await documents.remove({ tenant, documentId: "b" });
      const page = await documents.list({ tenant, limit: 2, cursor: nextCursor ?? "" });
      expect(page.rows.map(({ id }) => id)).toEqual(["c"]);
    });

    it("ends a listing whose last page is full", async () => {
      const { documents, tenant, put } = await begin();
      for (const id of ["a", "b"]) await put({ id });
      expect((await documents.list({ tenant, limit: 2 })).nextCursor).toBeNull();
      expect(await documents.list({ tenant: randomUUID(), limit: 2 })).toEqual({
        rows: [],
        nextCursor: null,
      });
    });

    it("names the cursor when it is none of its own", async () => {
      const { documents, tenant } = await begin();
      for (const cursor of ["", "*", "a b", "JycnJw", "x".repeat(1_000), "🙂"]) {
        await expect(documents.list({ tenant, limit: 2, cursor })).rejects.toMatchObject({
          code: "invalid_request",
          details: [{ param: "cursor" }],
        });
      }
    });
  });
}
