import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startService } from "../support/start-service.ts";
import { headersOf, keyEntry } from "../support/user-tokens.ts";

const PATH = "/v1/documents/hours";
const FIRST = { title: "Hours", text: "# Open\n\nWe open at 9.\n\n# Close\n\nWe close at 5." };
const SECOND = { title: "Hours", text: "# Open\n\nWe open at 10.\n\n# Close\n\nWe close at 5." };

let server: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  const keys = [keyEntry("ops", "acme", "chat+admin"), keyEntry("app", "acme", "chat")];
  server = await startService({ API_KEYS: keys.join(",") });
});
afterAll(() => server.close());

const call = async (method: string, path: string, body?: unknown, key = "ops") =>
  server.call(method, path, body, await headersOf(key));

describe("versions of a document", () => {
  it("are read, compared and restored, without embedding anew what still exists", async () => {
    await call("PUT", PATH, { ...FIRST, source: "wiki", groups: ["board"] });
    await call("PUT", PATH, SECOND);
    const first = (await call("GET", `${PATH}/versions/1`)).json;
    expect(first).toMatchObject({ id: "hours", version: 1, ...FIRST, source: "wiki" });
    const compared = (await call("GET", `${PATH}/versions/1/compare`)).json;
    expect(compared).toMatchObject({ from: 1, to: 2, same: 1 });
    expect(compared.changes).toMatchObject([
      { before: { text: "We open at 9." }, after: { text: "We open at 10." } },
    ]);
    expect((await call("GET", `${PATH}/versions/2/compare?to=2`)).json.changes).toEqual([]);

    const restore = `${PATH}/versions/1/restore`;
    const preview = (await call("POST", `${restore}?dry_run=true`)).json;
    expect(preview).toMatchObject({ version: 3, embedded: 1, reused: 1, dry_run: true });
    expect((await call("GET", PATH)).json.version).toBe(2);
    expect((await call("POST", restore)).json).toMatchObject({ version: 3, removed: 1 });
    expect((await call("GET", PATH)).json).toMatchObject({ ...FIRST, groups: ["board"] });
    const found = (await call("POST", "/v1/search", { query: "When do you open?" })).json;
    expect(found.passages[0].passage).toBe("We open at 9.");
  });

  it("keep the rows of a sheet, so that a restored citation points into the file again", async () => {
    const form = new FormData();
    form.set("file", new Blob(["code,text\n31,Lamp out\n32,Door open\n"]), "codes.csv");
    form.set("id", "codes");
    const headers = await headersOf("ops");
    await fetch(`${server.url}/v1/documents`, { method: "POST", body: form, headers });
    const before = (await call("GET", "/v1/documents/codes/text")).json;
    expect(before.places.length).toBeGreaterThan(0);
    await call("PUT", "/v1/documents/codes", SECOND);
    await call("POST", "/v1/documents/codes/versions/1/restore");
    expect((await call("GET", "/v1/documents/codes/text")).json).toEqual({ ...before, version: 3 });
  });

  it("are for admins, because an earlier one may have had other readers", async () => {
    await call("PUT", "/v1/documents/note", FIRST);
    for (const part of ["1", "1/compare"]) {
      const reply = await call("GET", `/v1/documents/note/versions/${part}`, undefined, "app");
      expect(reply.status).toBe(403);
    }
    const reply = await call("POST", "/v1/documents/note/versions/1/restore", undefined, "app");
    expect(reply.status).toBe(403);
  });

  it.each([
    ["/v1/documents/none/versions/1", 404],
    ["/v1/documents/note/versions/9", 404],
    ["/v1/documents/note/versions/9/compare", 404],
    ["/v1/documents/note/versions/1/compare?to=9", 404],
    ["/v1/documents/note/versions/0", 400],
    ["/v1/documents/note/versions/x", 400],
    ["/v1/documents/note/versions/1/compare?to=x", 400],
  ])("%s is %i", async (path, status) => {
    await call("PUT", "/v1/documents/note", FIRST);
    expect((await call("GET", path)).status).toBe(status);
  });
});
