import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startService } from "../support/start-service.ts";
import { openWebPage, seriousViolations } from "../support/web-page.ts";

const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

/** Paths with a heading that they show when they are there. */
const PAGES: readonly (readonly [path: string, heading: string])[] = [
  ["/", "Ask the documents."],
  ["/costs", "Costs"],
  ["/review", "Nothing to review"],
  ["/cache", "Cached answers"],
  ["/tuning", "Tuning"],
  ["/documents", "All documents"],
  ["/documents/devices", "Passages"],
  ["/health", "Time by stage"],
  ["/nowhere", "Page not found"],
];

/** What holds of every page. */
export function describeEveryPage(browser: () => Browser): void {
  describe("every page", () => {
    let server: Awaited<ReturnType<typeof startService>>;
    beforeAll(async () => {
      server = await startService({ KNOWLEDGE_DIR: "", CACHE_THRESHOLD: "0.9" });
      for (const message of ["How do I reset my password?", "How can I reset my password?"]) {
        await server.call("POST", "/v1/chat", { message, conversation_id: "first" });
      }
    });
    afterAll(() => server?.close());

    describe.each(PAGES)("%s", (path, heading) => {
      it("has no serious accessibility fault, light or dark", async () => {
        const web = await openWebPage(browser(), server.url + path);
        await web.page.getByRole("heading", { name: heading }).waitFor();
        await web.page.waitForLoadState("networkidle");
        const colour = () => web.page.evaluate(`getComputedStyle(document.body).backgroundColor`);
        expect(await colour()).toMatch(/^rgb\(2\d\d, /);
        expect(await seriousViolations(web.page)).toEqual([]);
        await web.page.emulateMedia({ colorScheme: "dark" });
        await expect.poll(colour).toMatch(/^rgb\(\d{2}, /);
        await web.page.evaluate(
          "Promise.allSettled(document.getAnimations().map(({ finished }) => finished))",
        );
        expect(await seriousViolations(web.page)).toEqual([]);
        web.expectClean();
        await web.close();
      });

      it("fits a width of 360 pixels", async () => {
        const web = await openWebPage(browser(), server.url + path, PHONE);
        await web.page.getByRole("heading", { name: heading }).waitFor();
        await web.page.waitForLoadState("networkidle");
        const width = await web.page.evaluate(`document.documentElement.scrollWidth`);
        expect(width).toBe(PHONE.viewport.width);
        await web.close();
      });
    });

    it("has no serious accessibility fault in its dialogs", async () => {
      const web = await openWebPage(browser(), `${server.url}/conversations/first`);
      await web.page.getByRole("button", { name: "miss: why?" }).click();
      await web.page.getByText("Nearest cached questions").waitFor();
      expect(await seriousViolations(web.page)).toEqual([]);
      await web.page.goto(`${server.url}/documents`);
      await web.page.getByRole("button", { name: "Write a document" }).click();
      expect(await seriousViolations(web.page)).toEqual([]);
      web.expectClean();
      await web.close();
    });

    it("is opened by keyboard, with the focus at its beginning", async () => {
      const web = await openWebPage(browser(), `${server.url}/health`);
      await web.page.getByRole("link", { name: "Documents" }).focus();
      await web.page.keyboard.press("Enter");
      await web.page.getByRole("heading", { name: "All documents" }).waitFor();
      expect(await web.page.evaluate(`document.activeElement.id`)).toBe("page");
      expect(await web.page.title()).toBe("Documents · Reprise");
      web.expectClean();
      await web.close();
    });

    it("has its own title, with the name of its content", async () => {
      const web = await openWebPage(browser(), `${server.url}/conversations/first`);
      for (const [path, title] of [
        ["/conversations/first", "How do I reset my password? · Reprise"],
        ["/", "Reprise"],
        ["/costs/2026-01-02", "2 Jan 2026 · Reprise"],
        ["/costs/all/first", "How do I reset my password? · Reprise"],
        ["/documents/devices", "Devices · Reprise"],
        ["/nowhere", "Page not found · Reprise"],
      ] as const) {
        await web.page.goto(server.url + path);
        await expect.poll(() => web.page.title()).toBe(title);
      }
      await web.page.goto(`${server.url}/documents/devices`);
      await web.page.getByRole("link", { name: "All documents" }).click();
      await expect.poll(() => web.page.title()).toBe("Documents · Reprise");
      web.expectClean();
      await web.close();
    });

    it("shows an error when its files cannot be loaded", async () => {
      const web = await openWebPage(browser(), `${server.url}/documents`);
      await web.page.getByRole("heading", { name: "All documents" }).waitFor();
      await web.page.route("**/assets/health-page*", (route) => route.abort());
      await web.page.getByRole("link", { name: "Health" }).click();
      await web.page.getByRole("alert").getByText("This page could not be loaded").waitFor();
      await web.page.unroute("**/assets/health-page*");
      await web.page.getByRole("button", { name: "Reload" }).click();
      await web.page.getByRole("heading", { name: "Time by stage" }).waitFor();
      await web.close();
    });

    it("keeps the chosen theme for the next visit", async () => {
      const web = await openWebPage(browser(), `${server.url}/health`, { colorScheme: "light" });
      const colour = () => web.page.evaluate(`getComputedStyle(document.body).backgroundColor`);
      await web.page.getByRole("heading", { name: "Health" }).waitFor();
      expect(await colour()).toMatch(/^rgb\(2\d\d, /);
      await web.page.getByRole("radio", { name: "Dark" }).check({ force: true });
      expect(await colour()).toMatch(/^rgb\(\d{2}, /);
      await web.page.reload();
      await web.page.getByRole("heading", { name: "Health" }).waitFor();
      expect(await colour()).toMatch(/^rgb\(\d{2}, /);
      web.expectClean();
      await web.close();
    });
  });
}
