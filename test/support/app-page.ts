import type { Browser, BrowserContextOptions } from "playwright-core";
import { expect } from "vitest";
import { openWebPage, seriousViolations } from "./web-page.ts";

export const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

/** A page of the app that is there, with what tests ask of every one. */
export async function openAppPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
) {
  const web = await openWebPage(browser, url, options);
  await web.page.getByRole("heading", { level: 1 }).waitFor();
  return {
    ...web,
    /** How far the page is wider than its window, in pixels; a phone's own width grows with the page. */
    overflow: () =>
      web.page.evaluate(
        `document.documentElement.scrollWidth - ${web.page.viewportSize()?.width ?? 0}`,
      ),
    /** Nothing seriously wrong for anybody, no error, no other host. */
    async expectSound() {
      expect(await seriousViolations(web.page)).toEqual([]);
      web.expectClean();
    },
  };
}

export type AppPage = Awaited<ReturnType<typeof openAppPage>>;
