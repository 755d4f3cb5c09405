/**
 * Time to the first paint of each page of the built app, and the size of the script sent
 * for it. Run with `npm run bench:first-paint`; it needs a Chromium, as the browser tests do.
 */
import { chromium, type Browser } from "playwright-core";
import { startDemo } from "../scripts/demo/start-demo.ts";
import { findChromium } from "../test/support/chromium.ts";
import { percentile } from "./support/percentile.ts";

const LOADS = 5;
const PAGES = ["/", "/costs", "/cache", "/tuning", "/documents", "/health"];
const METHOD = `Method: headless Chromium against the whole service in one process, with the demo's week of traffic, on this
machine. Each page is loaded ${LOADS} times, alternating with the others, each time by a browser without a cache; the very
first load is discarded. Times are milliseconds from the start of the navigation: first paint and first contentful paint as
reported by the browser, and the time until the page's heading exists. Script is the compressed size sent for the page.`;

interface Load {
  readonly paint: number;
  readonly content: number;
  readonly heading: number;
  readonly scriptBytes: number;
}

const HEADING = `performance.now()`;
const TIMES = `new Promise((resolve) => {
  new PerformanceObserver((list, observer) => {
    const at = Object.fromEntries(performance.getEntriesByType("paint").map(({ name, startTime }) => [name, startTime]));
    if (at["first-contentful-paint"] === undefined) return;
    observer.disconnect();
    const scripts = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js"));
    resolve([at["first-paint"], at["first-contentful-paint"], scripts.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)]);
  }).observe({ type: "paint", buffered: true });
})`;

async function main(): Promise<void> {
  const executablePath = findChromium();
  if (executablePath === undefined) {
    process.exitCode = 2;
    return;
  }
  const demo = await startDemo({ port: 0, conversations: { lastDay: 170, dayBefore: 25 } });
  const browser = await chromium.launch({ executablePath });
  console.log(METHOD);
  await load(browser, demo.url);
  const loads = new Map<string, Load[]>(PAGES.map((path) => [path, []]));
  for (let round = 0; round < LOADS; round += 1) {
    for (const path of PAGES) loads.get(path)?.push(await load(browser, demo.url + path));
  }
  for (const [path, times] of loads) console.log(describe(path, times));
  await browser.close();
  await demo.close();
}

async function load(browser: Browser, url: string): Promise<Load> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  const page = await context.newPage();
  await page.goto(url, { waitUntil: "commit" });
  await page.getByRole("heading", { level: 1 }).waitFor();
  const heading = Number(await page.evaluate(HEADING));
  await page.waitForLoadState("networkidle");
  const found: unknown = await page.evaluate(TIMES);
  await context.close();
  const [paint = 0, content = 0, scriptBytes = 0] = Array.isArray(found) ? found.map(Number) : [];
  return { paint, content, heading, scriptBytes };
}

function describe(path: string, loads: readonly Load[]): string {
  const middle = (of: (load: Load) => number) => percentile(loads.map(of), 0.5);
  const ms = (of: (load: Load) => number) => `${Math.round(middle(of))} ms`;
  const slowest = Math.round(Math.max(...loads.map(({ content }) => content)));
  const script = (middle(({ scriptBytes }) => scriptBytes) / 1000).toFixed(1);
  return `${path.padEnd(11)} first paint ${ms((load) => load.paint)}, with content ${ms((load) => load.content)} (slowest ${slowest} ms), heading ${ms((load) => load.heading)}, script ${script} kB`;
}

await main();
