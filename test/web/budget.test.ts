import { readdir, readFile, stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ASSETS = fileURLToPath(new URL("../../dist/web/assets/", import.meta.url));
/** Of all pages together, in bytes. */
const MOST_SCRIPT = 200_000;
/** Of what every page needs before it is shown, in bytes. */
const MOST_FIRST_SCRIPT = 30_000;

describe("the built app", () => {
  it("has no more script, compressed, than its budget allows", async () => {
    const files = (await readdir(ASSETS)).filter((name) => name.endsWith(".js"));
    const sizes = new Map<string, number>();
    // Of the two encodings that are sent, the longer one.
    for (const name of files) sizes.set(name, (await stat(`${ASSETS}${name}.gz`)).size);
    const all = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    expect(all).toBeGreaterThan(0);
    expect(all).toBeLessThan(MOST_SCRIPT);

    const page = await readFile(`${ASSETS}../index.html`, "utf8");
    const first = files.filter((name) => page.includes(name));
    expect(first.length).toBeGreaterThan(0);
    const needed = first.reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0);
    expect(needed).toBeLessThan(MOST_FIRST_SCRIPT);
  });
});
