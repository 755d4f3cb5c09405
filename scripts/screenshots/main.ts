import { mkdir, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { chromium, type Browser } from "playwright-core";
import { findChromium } from "../../test/support/chromium.ts";
import { startDemo } from "../demo/start-demo.ts";
import { LOOKS, SCENES, type Look, type Scene } from "./scenes.ts";

const FOLDER = join(import.meta.dirname, "../../docs/screenshots");
const CONVERSATIONS = { lastDay: 170, dayBefore: 25 };

/** Takes pictures of every page of a demo, light, dark and on a phone: `npm run screenshots -- [NAME]`. */
async function main(): Promise<void> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    process.exitCode = 2;
    return;
  }
  const wanted = process.argv[2];
  const demo = await startDemo({ port: 0, conversations: CONVERSATIONS });
  const browser = await chromium.launch({ executablePath });
  await mkdir(FOLDER, { recursive: true });
  for (const scene of SCENES.filter(({ name }) => wanted === undefined || name === wanted)) {
    for (const look of LOOKS) await draw(browser, demo.url, scene, look);
  }
  await browser.close();
  await demo.close();
  console.log(`${Math.round((await sizeOf(FOLDER)) / 1000)} kB in ${FOLDER}`);
}

async function draw(browser: Browser, url: string, scene: Scene, look: Look): Promise<void> {
  const context = await browser.newContext({ ...look.options, reducedMotion: "reduce" });
  const page = await context.newPage();
  await page.goto(url + scene.path);
  await scene.prepare?.(page);
  await page.waitForLoadState("networkidle");
  const path = join(FOLDER, `${scene.name}-${look.name}.png`);
  await page.screenshot({ path, animations: "disabled" });
  await context.close();
}

async function sizeOf(folder: string): Promise<number> {
  const files = await readdir(folder);
  const sizes = files.map(async (file) => (await stat(join(folder, file))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

await main();
