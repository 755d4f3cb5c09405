import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright-core";
import { findChromium } from "../../test/support/chromium.ts";

const FOLDER = join("docs", "screenshots");
/** Longest wait for a page to be whole, in milliseconds. */
const WAIT_MS = 15_000;
const QUESTION = "How can I reset my password?";

const LOOKS = [
  { name: "light", colorScheme: "light", viewport: { width: 1280, height: 800 } },
  { name: "dark", colorScheme: "dark", viewport: { width: 1280, height: 800 } },
  { name: "phone", colorScheme: "light", viewport: { width: 360, height: 740 } },
] as const;

/** What is shown of each page. */
const SHOTS: readonly (readonly [name: string, path: string, prepare?: Prepare])[] = [
  ["chat", "/", ask],
  ["costs", "/costs"],
  ["cache", "/cache"],
  ["tuning", "/tuning"],
  ["documents", "/documents"],
  ["health", "/health"],
];

type Prepare = (page: Page) => Promise<void>;

/**
 * Takes the pictures of docs/screenshots of a running demo:
 * `npm run screenshots -- [http://127.0.0.1:3000]`.
 */
async function main(): Promise<void> {
  const [url = "http://127.0.0.1:3000"] = process.argv.slice(2);
  const executablePath = findChromium();
  if (executablePath === undefined) return;
  await mkdir(FOLDER, { recursive: true });
  const browser = await chromium.launch({ executablePath });
  for (const look of LOOKS) await takeAll(browser, url, look);
  await browser.close();
}

async function takeAll(
  browser: Browser,
  url: string,
  { name: look, ...options }: (typeof LOOKS)[number],
): Promise<void> {
  const context = await browser.newContext({ ...options, reducedMotion: "reduce" });
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  for (const [name, path, prepare] of SHOTS) {
    await page.goto(url + path);
    await page.locator("#page").waitFor();
    await page.waitForLoadState("networkidle");
    await prepare?.(page);
    await page.screenshot({ path: join(FOLDER, `${name}-${look}.png`) });
  }
  await context.close();
}

async function ask(page: Page): Promise<void> {
  await page.getByLabel("Your question").fill(QUESTION);
  await page.keyboard.press("Enter");
  await page.locator(".turn .figures").waitFor();
  await page.waitForLoadState("networkidle");
}

await main();
