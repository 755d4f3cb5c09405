import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { z } from "zod";

/** How long the page may take to show something, in milliseconds: generous, nothing is measured. */
const WAIT_MS = 15_000;
const AXE = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const violations = z.array(z.object({ id: z.string(), nodes: z.array(z.string()) }));

export const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

/** A page of the app in a browser of its own, with what it did that it should not. */
export async function openAppPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith("http") && host !== new URL(url).host) problems.push(`asked ${host}`);
  });
  await page.goto(url);
  await page.getByRole("heading", { level: 1 }).waitFor();
  return {
    page,
    problems,
    violations: () => findViolations(page),
    /** How far the page is wider than its window, in pixels. */
    overflow: async () =>
      z.number().parse(await page.evaluate("document.documentElement.scrollWidth - innerWidth")),
    close: () => context.close(),
  };
}

export type AppPage = Awaited<ReturnType<typeof openAppPage>>;

/** What axe finds wrong that is serious or worse. */
async function findViolations(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(AXE, "utf8"));
  const found = await page.evaluate(`axe.run().then(({ violations }) => violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html.slice(0, 200)) })))`);
  return violations.parse(found).map(({ id, nodes }) => `${id}: ${nodes.join(" | ")}`);
}
