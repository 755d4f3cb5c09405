import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openAppPage, PHONE, type AppPage } from "../support/app-page.ts";
import { findChromium, openChromium } from "../support/chromium.ts";
import { startPriced } from "../support/priced-service.ts";
import { openWebPage, seriousViolations } from "../support/web-page.ts";

const executablePath = findChromium();
const ASKED = "How do I get a refund?";
const NOTE = 'Out of date <img src=x onerror="document.title=1">';

describe.skipIf(executablePath === undefined)("the review page", { timeout: 60_000 }, () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof startPriced>>["server"];
  let reported = "";
  beforeAll(async () => {
    browser = await openChromium(executablePath);
    ({ server } = await startPriced());
    const document = { title: "Refunds", text: "Refunds are paid within 30 days of purchase." };
    await server.call("PUT", "/v1/documents/refunds", document);
  });
  afterAll(async () => {
    await server?.close();
  });

  async function onPage(path: string, use: (app: AppPage) => Promise<void>, options = {}) {
    const app = await openAppPage(browser, server.url + path, options);
    await use(app);
    await app.expectSound();
    await app.close();
  }

  it("says what belongs there while nothing is to be reviewed", async () => {
    await onPage("/review", async ({ page }) => {
      await page.getByRole("heading", { name: "Nothing to review" }).waitFor();
    });
  });

  it("shows a reader's words and the answer with its sources, and corrects it by keyboard", async () => {
    const asked = { message: ASKED, conversation_id: "reported" };
    reported = (await server.call("POST", "/v1/chat", asked)).json.id;
    const rating = { rating: "down", comment: NOTE };
    await server.call("POST", `/v1/messages/${reported}/feedback`, rating);
    await onPage("/review", async ({ page }) => {
      const card = page.locator(".review-card");
      await card.getByText(NOTE).waitFor();
      await card.getByRole("heading", { name: ASKED }).waitFor();
      await card.locator("summary").filter({ hasText: "Refunds" }).waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      await page.getByRole("group", { name: "Answer to review" }).focus();
      await page.keyboard.press("c");
      const field = page.getByLabel("Corrected answer");
      await field.fill("Within 30 days of the purchase. [1]");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Nothing to review" }).waitFor();
      const rows = page.getByRole("region", { name: "Reviewed answers" }).locator("tbody tr");
      await expect.poll(() => rows.first().innerText()).toMatch(/refund[^]*Corrected/);
    });
    const again = await server.call("POST", "/v1/chat", { message: ASKED });
    expect(again.json).toMatchObject({
      answer: "Within 30 days of the purchase. [1]",
      cache: { tier: "exact" },
    });
  });

  it("acts on keys only while the answer has the focus", async () => {
    await server.call("POST", `/v1/messages/${reported}/feedback`, { rating: "down" });
    await onPage("/review", async ({ page }) => {
      await page.locator(".review-card").waitFor();
      for (const key of ["k", "r", "p"]) await page.keyboard.press(key);
      const open = await server.call("GET", "/v1/feedback");
      expect(open.json.feedback).toMatchObject([{ id: reported, entry: {} }]);
      await page.getByRole("group", { name: "Answer to review" }).focus();
      await page.keyboard.press("k");
      await page.getByRole("heading", { name: "Nothing to review" }).waitFor();
    });
  });

  it("shows a rating again after a reload", async () => {
    const { page, close } = await openWebPage(browser, `${server.url}/conversations/reported`);
    const bad = page.getByRole("button", { name: "Bad answer" });
    await bad.waitFor();
    expect(await bad.getAttribute("aria-pressed")).toBe("true");
    await close();
  });

  it("fits a phone of 320 pixels", async () => {
    await server.call("POST", `/v1/messages/${reported}/feedback`, { rating: "down" });
    const viewport = { width: 320, height: 740 };
    await onPage(
      "/review",
      async ({ page, overflow }) => {
        await page.locator(".review-card").waitFor();
        expect(await overflow()).toBe(0);
      },
      { ...PHONE, viewport },
    );
  });
});
