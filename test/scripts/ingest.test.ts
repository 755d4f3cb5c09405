import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectDocuments } from "../../scripts/ingest/connect-documents.ts";
import { ingestPaths } from "../../scripts/ingest/ingest-paths.ts";
import { startService } from "../support/start-service.ts";

let server: Awaited<ReturnType<typeof startService>>;
let folder = "";
beforeAll(async () => {
  server = await startService();
  folder = await mkdtemp(join(tmpdir(), "reprise-ingest-"));
  await mkdir(join(folder, "piers"));
  await writeFile(
    join(folder, "piers", "north.md"),
    "# North\n\nThe north pier is closed in winter.",
  );
  await writeFile(join(folder, "plan.md"), Uint8Array.from([0x89, 0x50, 0x4e, 0x47]));
  await writeFile(join(folder, "crew.csv"), "name,watch\nIda,day\n");
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

async function ingest(isDryRun = false, paths = [folder]) {
  const lines: string[] = [];
  const documents = connectDocuments({ url: server.url, isDryRun });
  const sums = await ingestPaths(paths, { documents, print: (line) => lines.push(line) });
  return { lines, sums };
}

describe("ingesting a folder over HTTP", () => {
  it("says what would be stored, then stores it, and the second time embeds nothing", async () => {
    const dry = await ingest(true);
    expect(dry.sums).toMatchObject({ stored: 2, refused: 1, embedded: 2 });
    expect((await server.call("GET", "/v1/documents")).json.documents).toEqual([]);
    const first = await ingest();
    expect(first.lines).toEqual([
      "1/3  stored   crew.csv: 1 passages, 1 embedded",
      "2/3  stored   piers/north.md: 1 passages, 1 embedded",
      expect.stringMatching(/^3\/3 {2}refused {2}plan.md: The document is an image \(PNG\)/),
      "2 stored, 1 refused; 2 passages, 2 embedded.",
    ]);
    const { documents } = (await server.call("GET", "/v1/documents")).json;
    expect(documents.map(({ id }: { id: string }) => id)).toEqual(["crew", "piers-north"]);
    expect((await ingest()).sums).toMatchObject({ stored: 2, embedded: 0 });
  });

  it("fails for a path that is not there, and a service that does not answer", async () => {
    await expect(ingest(false, [join(folder, "nothing")])).rejects.toThrow("cannot be read");
    const documents = connectDocuments({ url: "http://127.0.0.1:9", isDryRun: false });
    await expect(ingestPaths([folder], { documents, print: () => {} })).rejects.toThrow(
      "does not answer",
    );
  });
});
