import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { z } from "zod";

/** How long the page may take to show something, in milliseconds: generous, nothing is measured. */
const WAIT_MS = 15_000;
/** WCAG 2.2 at level AA, and what axe's makers think well of. */
const AXE_OPTIONS = { resultTypes: ["violations"] };

const violationsSchema = z.array(
  z.object({
    id: z.string(),
    impact: z.string().nullish(),
    nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().nullish() })),
  }),
);

/** A page of the app in a browser of its own, with what it did that it should not. */
export async function openWebPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  prepare: (page: Page) => Promise<void> = async () => {},
) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  const problems: string[] = [];
  const hosts = new Set<string>();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("dialog", (dialog) => {
    problems.push(`a dialog opened: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => hosts.add(new URL(request.url()).host));
  await prepare(page);
  await page.goto(url);
  return {
    page,
    problems,
    /** Every host that was asked for anything. */
    hosts,
    /** Nothing was written to the console, and nobody but the server was asked. */
    expectClean() {
      expect(problems).toEqual([]);
      expect([...hosts]).toEqual([new URL(url).host]);
    },
    close: () => context.close(),
  };
}

/** What axe finds on a page that is serious or critical, in short. */
export async function seriousViolations(page: Page): Promise<string[]> {
  // Through the debugger: the page's policy lets no script in that is not the server's.
  await page.evaluate(axe.source);
  const found: unknown = await page.evaluate(
    `axe.run(document, ${JSON.stringify(AXE_OPTIONS)}).then(({ violations }) => violations)`,
  );
  return violationsSchema
    .parse(found)
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}
