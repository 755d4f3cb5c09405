import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startService } from "../support/start-service.ts";

const MEGABYTE = 1024 * 1024;

let server: Awaited<ReturnType<typeof startService>>;
beforeAll(async () => {
  server = await startService();
});
afterAll(() => server.close());

type Part = [field: string, content: string | Uint8Array<ArrayBuffer>, fileName?: string];

async function upload(...parts: Part[]) {
  const form = new FormData();
  for (const [field, content, fileName] of parts) {
    if (fileName === undefined) form.append(field, String(content));
    else form.append(field, new Blob([content]), fileName);
  }
  const response = await fetch(`${server.url}/v1/documents`, { method: "POST", body: form });
  return { status: response.status, json: JSON.parse(await response.text()) };
}

async function problemOf(reply: Promise<{ status: number; json: any }>) {
  const { status, json } = await reply;
  return [status, json.error?.code, json.error?.param];
}

const file: Part = ["file", "# Hours\n\nWe open at 9.", "hours.md"];
const bytes = (...values: number[]) => Uint8Array.from(values);
const text = (content: string) => new TextEncoder().encode(content);

describe("an upload", () => {
  it.each<[string, Part[], number, string, string]>([
    ["two files", [file, file], 400, "invalid_request", "file"],
    ["a file more", [file, ["other", "x", "x.md"]], 400, "invalid_request", "other"],
    ["no file", [["title", "T"]], 400, "invalid_request", "file"],
    ["text for a file", [["file", "text"]], 400, "invalid_request", "file"],
    ["another field's file", [["document", "x", "x.md"]], 400, "invalid_request", "document"],
    ["an unknown field", [file, ["author", "x"]], 400, "invalid_request", "author"],
    ["a hostile field", [file, ["__proto__", "x"]], 400, "invalid_request", "__proto__"],
    ["a nested field", [file, ["title[a]", "x"]], 400, "invalid_request", "title"],
    ["two titles", [file, ["title", "a"], ["title", "b"]], 400, "invalid_request", "title"],
    ["an empty title", [file, ["title", " "]], 400, "invalid_request", "title"],
    ["a title with NUL", [file, ["title", "a\0b"]], 400, "invalid_request", "title"],
    ["an endless title", [file, ["title", "a".repeat(MEGABYTE)]], 400, "invalid_request", "title"],
    ["an id with spaces", [file, ["id", "a b"]], 400, "invalid_request", "id"],
    ["the folder's source", [file, ["source", "file:a.md"]], 400, "invalid_request", "source"],
    ["the folder's name", [["file", "x", "file:a.md"]], 400, "invalid_request", "file"],
    ["an empty file", [["file", "", "a.md"]], 400, "invalid_request", "file"],
    ["a blank file", [["file", " \r\n", "a.md"]], 400, "invalid_request", "file"],
    ["HTML without text", [["file", "<p>", "a.html"]], 400, "invalid_request", "file"],
    ["21 MB", [["file", "a".repeat(21 * MEGABYTE), "a.md"]], 413, "too_large", "file"],
    ["5,001 passages", [["file", "# A\n\na\n".repeat(5_001), "a.md"]], 413, "too_large", "file"],
    ["a PDF cut off", [["file", "%PDF-1.7", "a.txt"]], 400, "invalid_request", "file"],
    [
      "a ZIP archive cut off",
      [["file", "PK\u0003\u0004x", "a.docx"]],
      400,
      "invalid_request",
      "file",
    ],
    [
      "an image named Markdown",
      [["file", bytes(0x89, 0x50, 0x4e, 0x47), "a.md"]],
      415,
      "unsupported_media_type",
      "file",
    ],
    ["NUL bytes", [["file", text("a\0b"), "a.md"]], 415, "unsupported_media_type", "file"],
  ])("of %s is refused, and the field is named", async (_what, parts, status, code, param) => {
    expect(await problemOf(upload(...parts))).toEqual([status, code, param]);
  });

  it.each([
    ["no boundary", "multipart/form-data", "x"],
    ["an empty body", "multipart/form-data; boundary=x", ""],
    [
      "a body cut off",
      "multipart/form-data; boundary=x",
      '--x\r\ncontent-disposition: form-data; name="file"; filename="a.md"\r\n\r\nabc',
    ],
    [
      "a part without a name",
      "multipart/form-data; boundary=x",
      "--x\r\ncontent-disposition: form-data\r\n\r\nabc\r\n--x--\r\n",
    ],
  ])("with %s is refused", async (_what, type, body) => {
    const reply = server.call("POST", "/v1/documents", body, { "content-type": type });
    expect(await problemOf(reply)).toEqual([400, "invalid_request", "file"]);
  });

  it("takes title, source and id from fields, else from the page and the file's name", async () => {
    const stored = async (...parts: Part[]) => {
      const { status, json } = await upload(...parts);
      expect(status).toBe(201);
      return (await server.call("GET", `/v1/documents/${json.id}`)).json;
    };
    expect(
      await stored(file, ["title", "Opening"], ["source", "https://a.example"], ["id", "own"]),
    ).toMatchObject({ id: "own", title: "Opening", source: "https://a.example" });
    expect(await stored(file)).toMatchObject({ title: "Hours", source: "hours.md" });
    expect(await stored(["file", "text", "日本 ünï"])).toMatchObject({
      title: "日本 ünï",
      source: "日本 ünï",
      text: "text",
    });
    expect(await stored(["file", "<!doctype html><title>T</title>a", "page.txt"])).toMatchObject({
      title: "T",
      text: "a",
    });
  });
});

describe("a document as JSON", () => {
  const hours = { title: "Hours", text: "We open at 9." };

  it.each<[string, unknown, number, string, string | null]>([
    ["no title", { text: "a" }, 400, "invalid_request", "title"],
    ["no text", { title: "a" }, 400, "invalid_request", "text"],
    ["a list", [], 400, "invalid_request", null],
    ["an unknown field", { ...hours, author: "a" }, 400, "invalid_request", "author"],
    ["the folder's source", { ...hours, source: "file:a.md" }, 400, "invalid_request", "source"],
    ["it in capitals", { ...hours, source: " File:a.md" }, 400, "invalid_request", "source"],
    ["a blank text", { ...hours, text: " \n" }, 400, "invalid_request", "text"],
    ["NUL", { ...hours, text: "a\0b" }, 415, "unsupported_media_type", "text"],
    ["a PDF", { ...hours, text: "%PDF-1.7" }, 415, "unsupported_media_type", "text"],
    ["many passages", { ...hours, text: "# A\n\na\n".repeat(5_001) }, 413, "too_large", "text"],
    ["21 MB", { ...hours, text: "a".repeat(21 * MEGABYTE) }, 413, "too_large", "text"],
    ["no JSON", "{", 400, "invalid_json", null],
  ])("with %s is refused by POST and PUT", async (_what, body, status, code, param) => {
    for (const [method, path] of [
      ["POST", "/v1/documents"],
      ["PUT", "/v1/documents/hours"],
    ] as const) {
      expect(await problemOf(server.call(method, path, body))).toEqual([status, code, param]);
    }
    expect((await server.call("GET", "/v1/documents/hours")).status).toBe(404);
  });

  it("that is no UTF-8 is refused, not stored with holes", async () => {
    const body = Buffer.from('{"title":"a","text":"caf\u00e9"}', "latin1");
    const response = await fetch(`${server.url}/v1/documents`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    expect([response.status, JSON.parse(await response.text()).error.code]).toEqual([
      400,
      "invalid_json",
    ]);
  });

  it("names what is wrong with a field that is there", async () => {
    const { json } = await server.call("POST", "/v1/documents", { ...hours, title: 7 });
    expect(json.error).toMatchObject({ param: "title", message: /string/ });
    expect(json.error.message).not.toContain("required");
  });

  it("is 201 when it is new, and 200 when it was there", async () => {
    const put = () => server.call("PUT", "/v1/documents/new-or-not", hours);
    expect((await put()).status).toBe(201);
    const again = await put();
    expect([again.status, again.json.version]).toEqual([200, 1]);
    await server.call("DELETE", "/v1/documents/new-or-not");
    expect((await put()).status).toBe(201);
  });

  it("has an id that is one, or is refused", async () => {
    expect(await problemOf(server.call("PUT", "/v1/documents/a%20b", hours))).toEqual([
      400,
      "invalid_request",
      "id",
    ]);
    expect(await problemOf(server.call("PUT", "/v1/documents/%", hours))).toEqual([
      400,
      "invalid_request",
      null,
    ]);
  });
});

describe("the places of passages", () => {
  const filler = "Sentences 🙂 of 日本語 and é\u0301 fill the page. ".repeat(60);
  it.each<[string, string, string | undefined]>([
    ["CRLF", `# Zebra\r\n\r\nZebra one.\r\n\r\n## More\r\n\r\nZebra two.\r\n${filler}`, undefined],
    ["CR alone", "# Zebra\r\rZebra one.\r\r- zebra\r- two", undefined],
    ["emoji and half characters", `🙂🙂 zebra\ud83d 👩‍💻\n\n${filler}\n\nzebra 🙂`, undefined],
    ["a byte order mark", "\ufeff# Zebra\n\nZebra.", undefined],
    [
      "a page",
      `<html><h1>Zebra 🙂</h1><p>Zebra &amp; &#x1F642; one.<p>${filler}<ul><li>zebra`,
      undefined,
    ],
    ["a file", `zebra 🙂\r\n\r\n${filler}zebra`, "zebra.txt"],
  ])("cut the stored text exactly: %s", async (_what, content, fileName) => {
    const { json: report } =
      fileName === undefined
        ? await server.call("POST", "/v1/documents", { title: "Zebra", text: content })
        : await upload(["file", content, fileName]);
    const { json: document } = await server.call("GET", `/v1/documents/${report.id}`);
    const found = await server.call("POST", "/v1/search", { query: "zebra", limit: 50 });
    const own = found.json.passages.filter((one: any) => one.document_id === report.id);
    expect(own).toHaveLength(report.passages);
    for (const { passage, start, end } of own) {
      expect(document.text.slice(start, end)).toBe(passage);
      expect(passage).not.toMatch(/\r|\p{Surrogate}/u);
    }
    await server.call("DELETE", `/v1/documents/${report.id}`);
  });
});

describe("the list of documents", () => {
  it("is of those with the words asked for", async () => {
    for (const id of ["summer", "winter"]) {
      const document = { title: `Opening hours in ${id}`, text: "We open at 9." };
      await server.call("PUT", `/v1/documents/hours-${id}`, document);
    }
    const list = async (query: string) =>
      (await server.call("GET", `/v1/documents?${query}`)).json.documents.map(({ id }: any) => id);
    expect(await list("query=OPENING%20summer")).toEqual(["hours-summer"]);
    expect(await list("query=hours-winter")).toEqual(["hours-winter"]);
    expect(await problemOf(server.call("GET", "/v1/documents?query=%20"))).toEqual([
      400,
      "invalid_request",
      "query",
    ]);
  });

  it.each(["0", "101", "-1", "1.5", "1e1", "0x10", "", " 5", "many", "1&limit=2"])(
    "refuses limit=%s",
    async (limit) => {
      expect(await problemOf(server.call("GET", `/v1/documents?limit=${limit}`))).toEqual([
        400,
        "invalid_request",
        "limit",
      ]);
    },
  );

  it.each(["", "abc", "%00", "../..", "a&cursor=b", "YQ==", "x".repeat(600)])(
    "refuses cursor=%s",
    async (cursor) => {
      expect(await problemOf(server.call("GET", `/v1/documents?cursor=${cursor}`))).toEqual([
        400,
        "invalid_request",
        "cursor",
      ]);
    },
  );
});

describe("a document's details", () => {
  it("are its passages, which lie in its text, and its versions", async () => {
    const put = (text: string) =>
      server.call("PUT", "/v1/documents/details", { title: "Details", text });
    await put("# One\n\nWe open at 9.\n\n# Two\n\nWe close at 5.");
    const { text } = (await server.call("GET", "/v1/documents/details")).json;
    const { passages } = (await server.call("GET", "/v1/documents/details/passages")).json;
    expect(passages.length).toBeGreaterThan(0);
    for (const passage of passages) {
      expect(text.slice(passage.start, passage.end)).toBe(passage.text);
    }
    await put("We open at 10.");
    const { versions } = (await server.call("GET", "/v1/documents/details/versions")).json;
    expect(versions.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
    expect(versions[0].characters).toBe("We open at 10.".length);
  });

  it.each(["passages", "versions"])("are not there without it: %s", async (part) => {
    const { status, json } = await server.call("GET", `/v1/documents/nothing/${part}`);
    expect([status, json.error.code]).toEqual([404, "not_found"]);
  });
});
