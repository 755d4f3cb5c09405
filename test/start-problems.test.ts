import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "reprise-start-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Starts the service in a process of its own, which is expected to end. */
async function start(settings: Record<string, string>) {
  const PATH = process.env["PATH"] ?? "";
  const quiet = { DATA_DIR: ":memory:", PORT: "0", LOG_LEVEL: "silent" };
  const child = spawn(process.execPath, ["dist/main.js"], {
    cwd: ROOT,
    env: { PATH, ...quiet, ...settings },
  });
  let said = "";
  child.stderr.on("data", (data) => (said += String(data)));
  const [code] = await once(child, "close");
  return { code, said };
}

describe("a setting that names what cannot be used", { timeout: 60_000 }, () => {
  it.each([
    ["PRICES_FILE", "that is not there", async () => join(folder, "none.json")],
    ["KNOWLEDGE_DIR", "that is not there", async () => join(folder, "none")],
    [
      "PRICES_FILE",
      "that is no price list",
      async () => {
        const file = join(folder, "prices.json");
        await writeFile(file, '{"currency":"EUR"}');
        return file;
      },
    ],
  ])("%s %s is told by its name, with exit code 2", async (variable, _what, prepare) => {
    const value = await prepare();
    const { code, said } = await start({ [variable]: value });
    expect(said).toContain(`  ${variable}: ${value}`);
    expect(said).not.toContain("    at ");
    expect(code).toBe(2);
  });

  it("PORT that is taken is told by its name, with exit code 2", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const { code, said } = await start({ PORT: String(port) });
    other.close();
    expect(said).toMatch(new RegExp(`  PORT: cannot listen on 127.0.0.1:${port}: .*EADDRINUSE`));
    expect(code).toBe(2);
  });

  it.each([
    ["a size that is known", {}],
    ["one that is asked for", { EMBEDDING_MODEL: "unknown-model" }],
  ])("a server without embeddings is told by its name: %s", async (_what, model) => {
    const server = createHttpServer((_request, response) => response.writeHead(404).end());
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/v1`;
    const { code, said } = await start({ OPENAI_API_KEY: "k", OPENAI_BASE_URL: url, ...model });
    server.close();
    expect(said).toContain("  EMBEDDINGS: ");
    expect(said).toMatch(new RegExp(`${url} \\(OPENAI_BASE_URL\\) returned no embeddings.*404`));
    expect(said).not.toContain("    at ");
    expect(code).toBe(2);
  });
});
