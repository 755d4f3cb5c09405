import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";

/** Set by the image or by the compose file itself. */
const OF_THE_CONTAINER = ["PORT", "HOST", "DATA_DIR", "MODELS_DIR", "KNOWLEDGE_DIR", "PRICES_FILE"];

async function readNames(file: string, pattern: RegExp): Promise<Set<string>> {
  const text = await readFile(new URL(`../${file}`, import.meta.url), "utf8");
  return new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ""));
}

describe("the lists of settings", () => {
  it("name in .env.example all that are read", async () => {
    const own = /^ {2}([A-Z][A-Z_]+):/gm;
    const read = new Set([
      ...(await readNames("src/config.ts", own)),
      ...(await readNames("src/config/limits.ts", own)),
      ...(await readNames("src/config/jwt-settings.ts", own)),
    ]);
    const listed = await readNames(".env.example", /^# ([A-Z][A-Z_]+)=/gm);
    expect(read.size).toBeGreaterThan(25);
    expect([...read].filter((name) => !listed.has(name))).toEqual([]);
    expect([...listed].filter((name) => !read.has(name))).toEqual([]);
  });

  it("are all passed on by docker-compose.yml", async () => {
    const listed = await readNames(".env.example", /^# ([A-Z][A-Z_]+)=/gm);
    const passed = await readNames("docker-compose.yml", /^ {6}([A-Z][A-Z_]+):/gm);
    const wanted = [...listed].filter((name) => !OF_THE_CONTAINER.includes(name));
    expect(wanted.filter((name) => !passed.has(name))).toEqual([]);
  });

  it("do not restart a container with wrong settings for ever, and reach servers of this machine", async () => {
    const compose = await readFile(new URL("../docker-compose.yml", import.meta.url), "utf8");
    const service = compose.slice(compose.indexOf("  reprise:"), compose.indexOf("\n  redis:\n"));
    expect(service).toMatch(/^ {4}restart: on-failure:\d+$/m);
    expect(service).toContain('- "host.docker.internal:host-gateway"');
    expect(compose).toContain("--maxmemory-policy volatile-ttl");
  });
});
