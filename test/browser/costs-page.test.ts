import { readFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openAppPage, PHONE, type AppPage } from "../support/app-page.ts";
import { findChromium, openChromium } from "../support/chromium.ts";
import { openWebPage } from "../support/web-page.ts";
import { startPriced } from "../support/priced-service.ts";

const executablePath = findChromium();
const ASKED = "How do I get a refund?";

describe.skipIf(executablePath === undefined)("the costs page", { timeout: 60_000 }, () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof startPriced>>["server"];
  beforeAll(async () => {
    browser = await openChromium(executablePath);
    ({ server } = await startPriced());
  });
  afterAll(async () => {
    await server?.close();
  });

  async function onPage(path: string, use: (app: AppPage) => Promise<void>, options = {}) {
    const context = { timezoneId: "Asia/Kolkata", ...options };
    const app = await openAppPage(browser, server.url + path, context);
    await use(app);
    await app.expectSound();
    await app.close();
  }

  it("suggests the next step while there are no questions", async () => {
    await onPage("/costs", async ({ page }) => {
      await page.getByRole("heading", { name: "No questions in this period" }).waitFor();
    });
    const document = { title: "Refunds", text: "Refunds are paid within 30 days of purchase." };
    await server.call("PUT", "/v1/documents/refunds", document);
    const ask = (conversation_id: string, message: string) =>
      server.call("POST", "/v1/chat", {
        message,
        conversation_id,
        user_id: `user-${conversation_id}`,
      });
    for (const id of ["one", "two"]) await ask(id, ASKED);
    await ask("two", "Are refunds paid <img src=x onerror=alert(1)> in cash?");
  });

  it("adds up requests, hits and money, and shows them over time", async () => {
    await onPage("/costs", async ({ page }) => {
      const stat = (name: string) => page.locator(".stat").filter({ hasText: name });
      await expect.poll(() => stat("Requests").locator("dd").innerText()).toMatch(/^3/);
      await expect
        .poll(() => stat("Hit rate").innerText())
        .toMatch(/33\.3 %\s+1 exact, 0 semantic/);
      expect(await stat("Spent").locator("dd span").first().getAttribute("title")).toBe(
        "$0.0004404",
      );
      await expect.poll(() => stat("Net saved").innerText()).toContain("$0.00022");
      await expect.poll(() => page.locator(".u-wrap canvas").count()).toBe(2);
      await page.getByRole("button", { name: "Today" }).click();
      await expect.poll(() => page.url()).toMatch(/from=(\d{4}-\d\d-\d\d)&to=\1/);
      await page.getByRole("heading", { name: "Requests per hour" }).waitFor();
    });
  });

  it("groups by model, user and conversation, and downloads the figures", async () => {
    await onPage("/costs?by=user", async ({ page }) => {
      const table = page.getByRole("region", { name: "Costs by user" });
      const names = () => table.locator("tbody th").allInnerTexts();
      await expect.poll(names).toEqual(["user-two", "user-one"]);
      await page.getByRole("button", { name: "conversation", exact: true }).click();
      await expect.poll(() => page.url()).toContain("by=conversation");
      const saving = page.waitForEvent("download");
      await page.getByRole("button", { name: "CSV" }).last().click();
      const file = await saving;
      expect(file.suggestedFilename()).toBe("costs-by-conversation.csv");
      expect(await readFile(await file.path(), "utf8")).toMatch(
        /^conversation_id,requests,[^]*\r\none,1,/,
      );
    });
  });

  it("links a day to its conversations and their answers", async () => {
    await onPage("/costs", async ({ page }) => {
      await page.getByRole("region", { name: "Costs by day" }).getByRole("link").first().click();
      await page.getByRole("heading", { name: "Conversations" }).waitFor();
      await expect.poll(() => page.evaluate(`document.activeElement.id`)).toBe("page");
      const rows = page.getByRole("region", { name: "Conversations of the day" });
      await expect.poll(() => rows.locator("tbody th").allInnerTexts()).toEqual([ASKED, ASKED]);
      await rows.getByRole("link").first().click();
      const lines = page.locator(".answer-line");
      await expect.poll(() => lines.count()).toBe(2);
      const first = lines.first();
      await expect
        .poll(() => first.locator("summary").innerText())
        .toMatch(/refund\?\s+exact\s+\$0\.000220 saved/);
      await first.locator("summary").click();
      await first.getByText("Within 30 days").waitFor();
      await lines.last().locator("summary").click();
      await lines.last().getByText("812 + 164 tokens").waitFor();
      await page.getByRole("link", { name: "Costs" }).last().click();
      await page.getByRole("heading", { name: "Days" }).waitFor();
    });
  });

  it("explains what is missing, with a link to the next step", async () => {
    const today = await openWebPage(browser, `${server.url}/costs`);
    const { page, problems } = today;
    for (const [path, heading, link] of [
      ["2026-13-45", "Invalid date", "All costs"],
      ["2020-01-01", "No questions on this day", "All costs"],
      ["2999-01-01", "This day is in the future", "All costs"],
      ["2020-01-01/nobody", "Conversation not found", "All of this day"],
      ["2020-01-01/one", "No costs recorded", "All of this day"],
    ] as const) {
      await page.goto(`${server.url}/costs/${path}`);
      await page.getByRole("heading", { name: heading }).waitFor();
      await page.getByRole("link", { name: link }).waitFor();
      const isKept = path.endsWith("/one");
      await expect
        .poll(() => page.getByRole("link", { name: "Open in the chat" }).count())
        .toBe(isKept ? 1 : 0);
    }
    // The browser itself tells of the conversation that is not there.
    expect(problems).toEqual([expect.stringContaining("404")]);
    await today.close();
  });

  it("fits a phone, in the dark", async () => {
    await onPage(
      "/costs?by=conversation",
      async ({ page, overflow }) => {
        await page.getByRole("region", { name: "Costs by conversation" }).waitFor();
        expect(await overflow()).toBe(0);
        const isWhole = `[...document.querySelectorAll(".table-scroll")].every(
          ({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth)`;
        expect(await page.evaluate(isWhole)).toBe(true);
        await page.getByRole("columnheader", { name: "Spent" }).first().waitFor();
        await page.getByRole("region", { name: "Costs by day" }).getByRole("link").first().click();
        await page.getByRole("region", { name: "Conversations of the day" }).waitFor();
        expect(await overflow()).toBe(0);
      },
      { ...PHONE, colorScheme: "dark" },
    );
  });
});
