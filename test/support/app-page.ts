import type { Browser, BrowserContextOptions } from "playwright-core";
import { expect } from "vitest";
import { openWebPage, seriousViolations } from "./web-page.ts";

export const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

/** Opens a loaded page of the app, with common assertions. */
export async function openAppPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
) {
  const web = await openWebPage(browser, url, options);
  await web.page.getByRole("heading", { level: 1 }).waitFor();
  return {
    ...web,
    /** Horizontal overflow in pixels. A phone's layout width grows with the page. */
    overflow: () =>
      web.page.evaluate(
        `document.documentElement.scrollWidth - ${web.page.viewportSize()?.width ?? 0}`,
      ),
    /** No serious accessibility violation, no console error, no request to another host. */
    async expectSound() {
      expect(await seriousViolations(web.page)).toEqual([]);
      web.expectClean();
    },
  };
}

export type AppPage = Awaited<ReturnType<typeof openAppPage>>;
