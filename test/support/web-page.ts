import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { z } from "zod";

/** Time limit for a page to show something, in milliseconds. Generous, since nothing is measured. */
const WAIT_MS = 15_000;
/** WCAG 2.2 at level AA, and axe's best practices. */
const AXE_OPTIONS = { resultTypes: ["violations"] };

const violationsSchema = z.array(
  z.object({
    id: z.string(),
    impact: z.string().nullish(),
    nodes: z.array(z.object({ html: z.string(), failureSummary: z.string().nullish() })),
  }),
);

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
/** Page events that tests observe. */
const EVENTS = ["console", "pageerror", "dialog", "request", "websocket"] as const;

/** Idle pages by context options. Reuse keeps the compiled app and axe. */
const freePages = new WeakMap<Browser, Map<string, Page[]>>();

function freePagesOf(browser: Browser, options: BrowserContextOptions): Page[] {
  const byOptions = freePages.get(browser) ?? new Map<string, Page[]>();
  freePages.set(browser, byOptions);
  const name = JSON.stringify(options);
  const pages = byOptions.get(name) ?? [];
  byOptions.set(name, pages);
  return pages;
}

async function makePage(browser: Browser, options: BrowserContextOptions): Promise<Page> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(WAIT_MS);
  return context.newPage();
}

/** Resets a page after a test. A page that cannot be reset is not reused. */
async function clearPage(page: Page, options: BrowserContextOptions): Promise<boolean> {
  try {
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await page.mouse.move(0, 0);
    await page.emulateMedia({ colorScheme: options.colorScheme ?? "light" });
    await page.evaluate("localStorage.clear(); sessionStorage.clear()");
    await page.context().clearCookies();
    await page.goto("about:blank");
    for (const event of EVENTS) page.removeAllListeners(event);
    return true;
  } catch {
    await page.context().close();
    return false;
  }
}

/**
 * Opens a page of the app in a clean state and records its problems.
 *
 * @param prepare changes the page before it opens; such a page is not reused
 */
export async function openWebPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  prepare?: (page: Page) => Promise<void>,
) {
  const free = freePagesOf(browser, options);
  const page =
    (prepare === undefined ? free.pop() : undefined) ?? (await makePage(browser, options));
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
  await prepare?.(page);
  await page.goto(url);
  return {
    page,
    problems,
    /** Every requested host. */
    hosts,
    /** No console output, and no request to another host. */
    expectClean() {
      expect(problems).toEqual([]);
      expect([...hosts]).toEqual([new URL(url).host]);
    },
    close: async () => {
      if (prepare !== undefined) await page.context().close();
      else if (await clearPage(page, options)) free.push(page);
    },
  };
}

/** Serious or critical axe violations, in short form. */
export async function seriousViolations(page: Page): Promise<string[]> {
  // Injected with the debugger: the page's security policy blocks other scripts.
  if ((await page.evaluate("typeof axe")) === "undefined") await page.evaluate(AXE);
  const found: unknown = await page.evaluate(
    `axe.run(document, ${JSON.stringify(AXE_OPTIONS)}).then(({ violations }) => violations)`,
  );
  return violationsSchema
    .parse(found)
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(" | ")}`);
}
