import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeDocx, wordParagraph } from "./support/make-office.ts";
import { makePdf } from "./support/make-pdf.ts";
import { runMain, type RunningMain } from "./support/run-main.ts";

const FILES: readonly (readonly [name: string, bytes: () => Uint8Array])[] = [
  ["lamps.pdf", () => makePdf([[{ text: "Lamps burn until midnight.", y: 700 }]])],
  ["lamps.docx", () => makeDocx(wordParagraph("Lamps burn until midnight."))],
  ["lamps.html", () => Buffer.from("<h1>Lamps</h1><p>Lamps burn until midnight.</p>")],
  ["lamps.csv", () => Buffer.from("thing,until\nLamps,burn until midnight\n")],
];

describe("the built service", { timeout: 60_000 }, () => {
  let main: RunningMain;
  beforeAll(async () => {
    main = await runMain({});
  });
  afterAll(() => main?.child.kill("SIGKILL"));

  it.each(FILES)("reads %s with the packages that are not in its bundle", async (name, bytes) => {
    const form = new FormData();
    form.append("file", new Blob([new Uint8Array(bytes())]), name);
    const response = await fetch(`${main.url}/v1/documents`, { method: "POST", body: form });
    expect(await response.json()).toMatchObject({ passages: 1 });
    expect(response.status).toBe(201);
  });

  it("answers a question in another language than its documents", async () => {
    const response = await fetch(`${main.url}/v1/chat`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ message: "Wie setze ich mein Kennwort zurück?" }),
    });
    expect(response.status).toBe(200);
  });
});
