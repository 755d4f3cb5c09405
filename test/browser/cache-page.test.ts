import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openAppPage, PHONE, type AppPage } from "../support/app-page.ts";
import { findChromium, openChromium } from "../support/chromium.ts";
import { startOwnRedis } from "../support/redis.ts";
import { startOnRedis } from "../support/redis-service.ts";
import { scriptedModel } from "../support/scripted-model.ts";
import { startPriced } from "../support/priced-service.ts";
import { startService } from "../support/start-service.ts";
import { seriousViolations } from "../support/web-page.ts";

const executablePath = findChromium();
const ASKED = "How do I get a refund?";
/** Whether an element has the focus; the browser's types are not known here. */
const isFocused = (node: { ownerDocument: { activeElement: unknown } }) =>
  node === node.ownerDocument.activeElement;
const XSS = 'What is <img src=x onerror="document.title=1">?';

describe.skipIf(executablePath === undefined)("the cache page", { timeout: 60_000 }, () => {
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
    const app = await openAppPage(browser, server.url + path, options);
    await use(app);
    await app.expectSound();
    await app.close();
  }

  it("suggests the next step while no answer is cached", async () => {
    await onPage("/cache", async ({ page }) => {
      await page.getByRole("heading", { name: "No cached answers yet" }).waitFor();
    });
    const document = { title: "Refunds", text: "Refunds are paid within 30 days of purchase." };
    await server.call("PUT", "/v1/documents/refunds", document);
    for (const message of [ASKED, ASKED, XSS]) await server.call("POST", "/v1/chat", { message });
  });

  it("finds an answer by words and shows it with its sources and figures", async () => {
    await onPage("/cache", async ({ page }) => {
      await page.getByRole("link", { name: XSS }).first().waitFor();
      await page.getByLabel("Search questions and answers").fill("refund");
      const rows = page.getByRole("region", { name: "Cached answers" }).locator("tbody tr");
      await expect.poll(() => rows.count()).toBe(1);
      await expect.poll(() => page.url()).toContain("query=refund");
      await expect.poll(() => rows.locator("td.number").first().innerText()).toBe("1");
      await rows.getByRole("link", { name: ASKED }).click();
      const dialog = page.getByRole("dialog", { name: ASKED });
      await expect
        .poll(() => dialog.locator(".entry-answer").innerText())
        .toMatch(/^Within 30 days\s\[1\]\.$/);
      await dialog.locator("summary").filter({ hasText: "Refunds" }).click();
      await dialog.locator("blockquote").getByText("within 30 days of purchase").waitFor();
      await expect
        .poll(() => dialog.locator(".facts").innerText())
        .toMatch(/976 tokens of gpt-4o-mini/);
      await expect.poll(() => page.url()).toMatch(/\/cache\/ans_\w+\?query=refund/);
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
    });
  });

  it("edits, pins and releases an answer", async () => {
    const { entries } = (await server.call("GET", "/v1/cache/entries?query=refund")).json;
    const [{ id }] = entries;
    const { id: message } = (await server.call("POST", "/v1/chat", { message: ASKED })).json;
    await server.call("POST", `/v1/messages/${message}/feedback`, { rating: "down" });
    await onPage(`/cache/${id}`, async ({ page }) => {
      const dialog = page.getByRole("dialog", { name: ASKED });
      await dialog.getByText("A reader reported this answer").waitFor();
      await dialog.getByRole("button", { name: "Release" }).click();
      await page.getByText("Released: it is served again.").waitFor();
      await dialog.getByRole("button", { name: "Pin" }).click();
      await dialog.getByRole("button", { name: "Unpin" }).waitFor();
      await dialog.getByRole("button", { name: "Edit" }).click();
      await dialog.getByLabel("Answer").fill("Within **thirty** days [1].");
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.locator("strong").getByText("thirty").waitFor();
      await dialog.getByText("written", { exact: true }).waitFor();
    });
    const again = (await server.call("POST", "/v1/chat", { message: ASKED })).json;
    expect(again.answer).toBe("Within **thirty** days [1].");
  });

  it("stores a written answer", async () => {
    await onPage("/cache", async ({ page }) => {
      await page.getByRole("button", { name: "Write an answer" }).click();
      const question = page.getByLabel("Question", { exact: true });
      await expect.poll(() => question.evaluate(isFocused)).toBe(true);
      await question.fill("Are you open on Sundays?");
      await page.getByLabel("Answer", { exact: true }).fill("No.");
      await page.getByLabel("Search titles and ids").fill("fund");
      // Enter is for the search, not for the form.
      await page.keyboard.press("Enter");
      await page.getByRole("radio", { name: "Refunds" }).check();
      await page.getByRole("button", { name: "Store", exact: true }).click();
      await page.getByRole("link", { name: "Are you open on Sundays?" }).waitFor();
    });
    const reply = await server.call("POST", "/v1/chat", { message: "are you open on sundays" });
    expect(reply.json).toMatchObject({ answer: "No.", cache: { tier: "exact" } });
  });

  it("asks before it discards unsaved input", async () => {
    await onPage("/cache", async ({ page }) => {
      const open = page.getByRole("button", { name: "Write an answer" });
      const dialog = page.getByRole("dialog", { name: "Write an answer" });
      const asks = page.getByRole("dialog", { name: "Discard your changes?" });
      await open.click();
      await dialog.waitFor();
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });
      await open.click();
      await page.getByLabel("Answer", { exact: true }).fill("Not yet stored.");
      for (let time = 0; time < 2; time += 1) {
        await page.keyboard.press("Escape");
        await asks.waitFor();
        await page.keyboard.press("Escape");
        await asks.waitFor({ state: "detached" });
        expect(await page.getByLabel("Answer", { exact: true }).inputValue()).toBe(
          "Not yet stored.",
        );
      }
      await dialog.getByRole("button", { name: "Close" }).click();
      expect(await seriousViolations(page)).toEqual([]);
      await asks.getByRole("button", { name: "Discard" }).click();
      await dialog.waitFor({ state: "detached" });
      await expect.poll(() => open.evaluate(isFocused)).toBe(true);
    });
  });

  it("keeps the focus when an answer is refused", async () => {
    const refused = await openAppPage(browser, `${server.url}/cache`);
    const { page } = refused;
    await page.getByRole("button", { name: "Write an answer" }).click();
    await page.getByLabel("Question", { exact: true }).fill("Thank you!");
    await page.getByLabel("Answer", { exact: true }).fill("You are welcome.");
    const store = page.getByRole("button", { name: "Store", exact: true });
    await store.focus();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByRole("alert").waitFor();
    expect(await store.evaluate(isFocused)).toBe(true);
    await refused.close();
  });

  it("ranks questions by requests and by savings", async () => {
    await onPage("/cache", async ({ page }) => {
      const asked = page.getByRole("region", { name: "Most asked questions" });
      await expect.poll(() => asked.locator("tbody tr").first().innerText()).toMatch(/refund\s+4/);
      const saved = page.getByRole("region", { name: "Questions with the highest savings" });
      await expect.poll(() => saved.locator("tbody tr").first().innerText()).toContain("$0.00");
    });
  });

  it("shows the count before it removes one answer or those of a document", async () => {
    await onPage("/cache", async ({ page }) => {
      await page.getByRole("link", { name: XSS }).first().click();
      await page.getByRole("button", { name: "Remove", exact: true }).click();
      const asks = page.getByRole("dialog", { name: "Remove this answer?" });
      await asks.getByRole("button", { name: "Remove" }).click();
      await page.getByText("The next time, this question gets a new answer.").waitFor();
      await page.getByRole("button", { name: "Remove…" }).click();
      await page.getByText("Choose what to remove.").waitFor();
      const remove = page.getByRole("dialog").getByRole("button", { name: "Remove", exact: true });
      expect(await remove.isDisabled()).toBe(true);
      const chosen = page.getByRole("dialog").getByRole("radio", { checked: true });
      expect(await chosen.count()).toBe(0);
      await page.getByRole("radio", { name: /All answers/ }).check();
      await page.getByText(/would remove \d answers, including pinned and written ones/).waitFor();
      await page.getByRole("radio", { name: "Refunds" }).check();
      await page.getByText("This would remove 2 answers.").waitFor();
      expect((await server.call("GET", "/v1/cache/entries")).json.entries).toHaveLength(2);
      await page.getByRole("button", { name: "Remove 2 answers" }).click();
      await page.getByText("2 answers removed.").waitFor();
    });
    expect((await server.call("GET", "/v1/cache/entries")).json.entries).toEqual([]);
  });

  it("offers every document of the dialog for removal by keyboard", async () => {
    const many = await startService();
    for (let index = 100; index < 225; index += 1) {
      const document = { title: `Manual ${index}`, text: `Part ${index} is blue.` };
      await many.call("PUT", `/v1/documents/manual-${index}`, document);
    }
    const answer = { question: "Is part 224 blue?", answer: "Yes.", documents: ["manual-224"] };
    await many.call("POST", "/v1/cache/entries", answer);
    const app = await openAppPage(browser, `${many.url}/cache`);
    const { page } = app;
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await page.getByRole("button", { name: "Remove…" }).focus();
    await press("Enter");
    const options = page.getByRole("group", { name: "Made from" }).getByRole("radio");
    await expect.poll(() => options.count()).toBe(21);
    const more = page.getByRole("button", { name: "Show more" });
    for (const count of [41, 61, 81, 101, 121]) {
      await more.focus();
      await press("Enter");
      await expect.poll(() => options.count()).toBe(count);
      expect(await page.evaluate(`document.activeElement.textContent`)).toBe("Show more");
    }
    await press("Enter");
    await more.waitFor({ state: "detached" });
    await expect.poll(() => options.count()).toBe(126);
    await page.getByLabel("Search titles and ids").focus();
    await page.keyboard.type("224 manual");
    await expect.poll(() => options.count()).toBe(2);
    await press("Tab", "ArrowDown");
    await page.getByText("This would remove 1 answer.").waitFor();
    await press("Shift+Tab");
    await page.keyboard.type("?");
    await page.getByText("No title or id contains these words.").waitFor();
    expect(await page.getByRole("radio", { name: /^Manual 224/ }).isChecked()).toBe(true);
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole("button", { name: "Remove 1 answer" }).focus();
    await press("Enter");
    await page.getByText("1 answer removed.").waitFor();
    await app.expectSound();
    await app.close();
    await many.close();
  });

  it("edits, pins and removes with Redis too", async ({ skip }) => {
    const redis = (await startOwnRedis()) ?? skip("no redis-server program");
    const model = scriptedModel(() => ({ text: "Within 30 days [1]." }));
    const { url, call } = await startOnRedis(redis.url, {}, { model });
    for (let time = 0; time < 2; time += 1) await call("POST", "/v1/chat", { message: ASKED });
    const app = await openAppPage(browser, `${url}/cache`);
    const { page } = app;
    await page.getByRole("region", { name: "Cached answers" }).getByRole("link").click();
    const dialog = page.getByRole("dialog", { name: ASKED });
    await dialog.getByText("1 time, last").waitFor();
    await dialog.getByRole("button", { name: "Pin" }).click();
    await dialog.getByRole("button", { name: "Unpin" }).waitFor();
    await dialog.getByRole("button", { name: "Edit" }).click();
    await dialog.getByLabel("Answer").fill("Within thirty days [1].");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.getByText("written", { exact: true }).waitFor();
    const reply = await call("POST", "/v1/chat", { message: "How can I get a refund?" });
    expect(reply.json).toMatchObject({
      answer: "Within thirty days [1].",
      cache: { status: "hit" },
    });
    await dialog.getByRole("button", { name: "Remove" }).click();
    await page
      .getByRole("dialog", { name: "Remove this answer?" })
      .getByText("Remove", { exact: true })
      .click();
    await page.getByRole("heading", { name: "No cached answers yet" }).waitFor();
    await app.expectSound();
    await app.close();
  });

  it("fits a phone", async () => {
    const question = `${ASKED} ${"wide".repeat(60)}`;
    await server.call("POST", "/v1/cache/entries", { question, answer: "wide".repeat(90) });
    for (const colorScheme of ["light", "dark"] as const) {
      await onPage(
        "/cache",
        async ({ page, overflow }) => {
          await page.getByRole("link", { name: /wide/ }).first().waitFor();
          expect(await overflow()).toBe(0);
          await page.getByRole("link", { name: /wide/ }).first().click();
          await page.locator(".facts").waitFor();
          expect(await overflow()).toBe(0);
        },
        { ...PHONE, colorScheme },
      );
    }
  });
});
