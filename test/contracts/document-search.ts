import { randomUUID } from "node:crypto";
import { describe, expect, it, onTestFinished } from "vitest";
import type { DocumentInput, DocumentStore } from "../../src/knowledge/types.ts";

/** Names of groups that mean something to databases. */
const NAMES = ["%", "_", "it's", "'; drop table documents; --", '"q"', "日本 🙂"];

/** What every store of documents promises of a search in its titles, and of those who may read them. */
export function describeDocumentSearch(name: string, open: () => Promise<DocumentStore>): void {
  async function begin() {
    const documents = await open();
    onTestFinished(() => documents.close());
    const tenant = `tenant-${randomUUID()}`;
    const put = (document: { id: string } & Partial<DocumentInput>) =>
      documents.put({
        tenant,
        document: { title: "Help", text: "text", source: null, ...document },
        embedderId: "e1",
        passages: [],
        now: 1,
      });
    return { documents, tenant, put };
  }

  describe(`document search: ${name}`, () => {
    it("finds by words of title and id, whatever their case, page by page", async () => {
      const { documents, tenant, put } = await begin();
      await put({ id: "opening", title: "Neue Öffnungszeiten im Sommer" });
      await put({ id: "percent", title: "100%_sure" });
      for (let index = 10; index < 15; index += 1) await put({ id: `hours-${index}` });
      const find = async (query: string, limit = 10, cursor?: string) => {
        const { rows, nextCursor } = await documents.list({ tenant, limit, cursor, query });
        return { ids: rows.map(({ id }) => id), nextCursor };
      };
      const opening = { ids: ["opening"], nextCursor: null };
      for (const query of ["öffnung", "SOMMER  ÖFFNUNGS", "OPENING", "sommer opening"]) {
        expect(await find(query), query).toEqual(opening);
      }
      expect((await find("%_")).ids).toEqual(["percent"]);
      expect((await find("sommer hours")).ids).toEqual([]);
      for (const query of ["*", "a|b", "{x}", '"q"', "it's", "'; drop table documents; --"])
        expect((await find(query)).ids).toEqual([]);
      const first = await find("hours help", 3);
      expect(first.ids).toEqual(["hours-10", "hours-11", "hours-12"]);
      const rest = await find("hours help", 3, first.nextCursor ?? "");
      expect(rest).toEqual({ ids: ["hours-13", "hours-14"], nextCursor: null });
    });

    it("finds one among many", async () => {
      const { documents, tenant, put } = await begin();
      for (let index = 0; index < 520; index += 1) await put({ id: `d-${index}`, title: "Many" });
      await put({ id: "z", title: "Last" });
      const found = await documents.list({ tenant, limit: 1, query: "last" });
      expect(found.rows.map(({ id }) => id)).toEqual(["z"]);
      expect(found.nextCursor).toBeNull();
    });

    it("keeps who may read a document until it is told otherwise", async () => {
      const { documents, tenant, put } = await begin();
      const groups = [...NAMES, "board", "board"];
      expect((await put({ id: "one", groups })).groups).toEqual([...NAMES, "board"].sort());
      await put({ id: "two" });
      expect((await put({ id: "one", text: "other" })).groups).toHaveLength(NAMES.length + 1);
      expect([...(await documents.restricted(tenant)).keys()]).toEqual(["one"]);
      const reader = { groups: ["board"], readsAll: false };
      const none = { groups: ["boar"], readsAll: false };
      const ids = async (of: typeof reader) =>
        (await documents.list({ tenant, limit: 10, reader: of })).rows.map(({ id }) => id);
      expect([await ids(reader), await ids(none)]).toEqual([["one", "two"], ["two"]]);
      expect(await ids({ ...none, readsAll: true })).toEqual(["one", "two"]);
      const asked = { tenant, documentIds: ["one", "two"] };
      expect(await documents.present({ ...asked, reader: none })).toEqual(new Set(["two"]));
      expect(await documents.present(asked)).toEqual(new Set(["one", "two"]));
      const change = { tenant, documentId: "one", groups: [] };
      expect(await documents.setGroups(change)).toBe(true);
      expect(await documents.setGroups({ ...change, tenant: "another" })).toBe(false);
      expect(await documents.restricted(tenant)).toEqual(new Map());
      expect((await documents.get({ tenant, documentId: "one" }))?.groups).toEqual([]);
    });
  });
}
