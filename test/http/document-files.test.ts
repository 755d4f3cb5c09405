import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeZip } from "../support/make-office.ts";
import { makePdf } from "../support/make-pdf.ts";
import { startService } from "../support/start-service.ts";

let server: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  server = await startService();
});
afterAll(() => server.close());

async function upload([, content, fileName]: [string, string | Uint8Array<ArrayBuffer>, string]) {
  const form = new FormData();
  form.append("file", new Blob([content]), fileName);
  const response = await fetch(`${server.url}/v1/documents`, { method: "POST", body: form });
  return { status: response.status, json: JSON.parse(await response.text()) };
}

async function problemOf(reply: Promise<{ status: number; json: any }>) {
  const { status, json } = await reply;
  return [status, json.error?.code, json.error?.param];
}

describe("a file of another type than text", () => {
  it("is cited by page and found by its words", async () => {
    const lines = (text: string) => [{ text, y: 700 }];
    const pdf = makePdf([
      lines("The lighthouse was built in stone."),
      lines("Its lamp turns twice a minute."),
    ]);
    const { status, json } = await upload(["file", new Uint8Array(pdf), "lighthouse.pdf"]);
    expect(status).toBe(201);
    const { json: text } = await server.call("GET", `/v1/documents/${json.id}/text`);
    expect(text).toMatchObject({
      id: json.id,
      version: 1,
      places: [{ start: 0, page: 1 }, { page: 2 }],
    });
    const found = await server.call("POST", "/v1/search", { query: "lighthouse lamp" });
    expect(found.json.passages[0]).toMatchObject({
      document_id: json.id,
      locator: { page: 1 },
      title: "lighthouse",
    });
    const plain = await fetch(`${server.url}/v1/documents/${json.id}/text`, {
      headers: { accept: "text/plain" },
    });
    expect(await plain.text()).toBe(text.text);
    await server.call("DELETE", `/v1/documents/${json.id}`);
  });

  it("that is an archive says which of its members were left out", async () => {
    const zip = makeZip({ "a.md": "Text.", "b.gif": "GIF89a" });
    const { json } = await upload(["file", zip, "a.zip"]);
    expect(json.skipped).toEqual([{ file: "b.gif", reason: expect.stringContaining("GIF") }]);
    await server.call("DELETE", `/v1/documents/${json.id}`);
  });

  it("carries the header of its table in every passage, and the row where it begins", async () => {
    const rows = Array.from({ length: 200 }, (_value, index) => `Buoy ${index};green;${index} m`);
    const csv = ["name;light;depth", ...rows].join("\n");
    const { json } = await upload(["file", csv, "buoys.csv"]);
    const { passages } = (await server.call("GET", `/v1/documents/${json.id}/passages`)).json;
    expect(passages.length).toBeGreaterThan(3);
    for (const { lead, text, locator } of passages.slice(1)) {
      expect(lead).toContain("| name | light | depth |");
      expect(text.startsWith(`| Buoy ${locator.row - 2} |`)).toBe(true);
    }
    await server.call("DELETE", `/v1/documents/${json.id}`);
  });
});

describe("a dry run", () => {
  const body = { title: "Dry", text: "# One\n\nFirst.\n\n# Two\n\nSecond." };
  const stored = async () => (await server.call("GET", "/v1/documents/dry")).json;

  it("says what a change would do, and does nothing", async () => {
    const path = "/v1/documents/dry?dry_run=true";
    const created = await server.call("PUT", path, body);
    expect([created.status, created.json]).toEqual([
      200,
      {
        id: "dry",
        version: 1,
        passages: 2,
        embedded: 2,
        reused: 0,
        removed: 0,
        invalidated_answers: 0,
        dry_run: true,
      },
    ]);
    expect((await server.call("GET", "/v1/documents/dry")).status).toBe(404);
    await server.call("PUT", "/v1/documents/dry", body);
    const before = await stored();
    const changed = { ...body, text: body.text.replace("Second", "Third") };
    const { json: foreseen } = await server.call("PUT", path, changed);
    expect(foreseen).toMatchObject({ version: 2, embedded: 1, reused: 1, removed: 1 });
    const { json: removal } = await server.call("DELETE", path);
    expect(removal).toEqual({ id: "dry", removed: 2, invalidated_answers: 0, dry_run: true });
    expect(await stored()).toEqual(before);
    const { json: done } = await server.call("PUT", "/v1/documents/dry", changed);
    const { dry_run: _dryRun, ...figures } = foreseen;
    expect(done).toEqual(figures);
    await server.call("DELETE", "/v1/documents/dry");
  });

  it("of an upload reads the file, and refuses what an upload refuses", async () => {
    const form = new FormData();
    form.append("file", new Blob(["We open at 9."]), "hours.md");
    const dry = await fetch(`${server.url}/v1/documents?dry_run=true`, {
      method: "POST",
      body: form,
    });
    expect(JSON.parse(await dry.text())).toMatchObject({ passages: 1, dry_run: true });
    expect((await server.call("GET", "/v1/documents?query=hours.md")).json.documents).toEqual([]);
    expect(await problemOf(server.call("DELETE", "/v1/documents/nothing?dry_run=true"))).toEqual([
      404,
      "not_found",
      null,
    ]);
    expect(await problemOf(server.call("PUT", "/v1/documents/dry?dry_run=yes", body))).toEqual([
      400,
      "invalid_request",
      "dry_run",
    ]);
    expect(await problemOf(server.call("DELETE", "/v1/documents/dry?dryrun=true"))).toEqual([
      400,
      "invalid_request",
      "dryrun",
    ]);
  });
});
