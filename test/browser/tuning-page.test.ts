import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openAppPage, PHONE, type AppPage } from "../support/app-page.ts";
import { findChromium, openChromium } from "../support/chromium.ts";
import { startService } from "../support/start-service.ts";
import { seriousViolations } from "../support/web-page.ts";

const executablePath = findChromium();
const ASKED = [
  "How do I reset my password?",
  "How can I reset my password?",
  "Can I get a refund for a yearly plan?",
  "Can I get a refund for a monthly plan?",
  "How long do deleted files stay in the trash?",
  "How long do files stay in the trash?",
];

/** How much of the replay has to be scrolled for, in pixels. */
const HIDDEN_WIDTH = `(() => {
  const { scrollWidth, clientWidth } = document.querySelector(".replay-figures .table-scroll");
  return scrollWidth - clientWidth;
})()`;

describe.skipIf(executablePath === undefined)("the tuning page", { timeout: 60_000 }, () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof startService>>;
  beforeAll(async () => {
    browser = await openChromium(executablePath);
    server = await startService({ KNOWLEDGE_DIR: "", CACHE_GREY_THRESHOLD: "1" });
  });
  afterAll(async () => {
    await server?.close();
  });

  async function onPage(use: (app: AppPage) => Promise<void>, options = {}) {
    const app = await openAppPage(browser, `${server.url}/tuning`, options);
    await use(app);
    await app.expectSound();
    await app.close();
  }

  const labelled = async () =>
    (await server.call("GET", "/v1/cache/lookups?label=any")).json.lookups.map(
      ({ question, label }: any) => [question, label.same],
    );

  it("suggests the next step while there are no near misses", async () => {
    await onPage(async ({ page }) => {
      await page.getByRole("heading", { name: "No similar questions yet" }).waitFor();
      await page.getByRole("heading", { name: "Nothing to label" }).waitFor();
    });
    for (const message of ASKED) await server.call("POST", "/v1/chat", { message });
  });

  it("shows the figures of a threshold as the slider moves", async () => {
    await onPage(async ({ page }) => {
      const slider = page.getByRole("slider", { name: "Threshold to try" });
      await slider.fill("0.99");
      const served = page.locator(".stat").filter({ hasText: /^Served/ });
      const strict = Number.parseInt(await served.locator("dd").innerText(), 10);
      await slider.fill("0.6");
      await expect.poll(() => page.locator("output").innerText()).toBe("0.60");
      const loose = Number.parseInt(await served.locator("dd").innerText(), 10);
      expect(loose).toBeGreaterThan(strict);
      await expect
        .poll(() => page.locator(".stat").filter({ hasText: "Saved per day" }).innerText())
        .toContain("$");
      await page.getByText("No threshold can be recommended yet.").waitFor();
      await expect.poll(() => page.locator(".u-wrap canvas").count()).toBe(1);
    });
  });

  it("labels near misses with two keys, and undoes and skips", async () => {
    await onPage(async ({ page }) => {
      const card = page.locator(".label-card");
      const asked = card.locator("dd").first();
      await asked.waitFor();
      const first = await asked.innerText();
      // Outside of the card the keys do nothing.
      for (const key of ["s", "d", "n"]) await page.keyboard.press(key);
      expect([await asked.innerText(), await labelled()]).toEqual([first, []]);
      await page.getByRole("group", { name: "Lookup to label" }).focus();
      await page.keyboard.press("s");
      await expect.poll(() => asked.innerText()).not.toBe(first);
      const second = await asked.innerText();
      await page.keyboard.press("d");
      await expect.poll(() => asked.innerText()).not.toBe(second);
      expect(await labelled()).toEqual(
        expect.arrayContaining([
          [first, true],
          [second, false],
        ]),
      );
      await page.keyboard.press("u");
      await expect.poll(() => asked.innerText()).toBe(second);
      expect(await labelled()).toEqual([[first, true]]);
      await page.keyboard.press("n");
      await expect.poll(() => asked.innerText()).not.toBe(second);
      expect(await labelled()).toHaveLength(1);
      await page.getByText(/^1 label given/).waitFor();
    });
  });

  it("shows the cached answer to label, and whether it was replaced since", async () => {
    await onPage(async ({ page }) => {
      const entry = { answer: "Within **14** days.", created_at: "2020-01-01T00:00:00.000Z" };
      await page.route("**/v1/cache/entries/*", (route) => route.fulfill({ json: entry }));
      await page.reload();
      await page.locator(".label-card .stored-answer").getByText("Within 14 days.").waitFor();
      expect(await page.getByText("made after the lookup").count()).toBe(0);
      entry.created_at = "2099-01-01T00:00:00.000Z";
      await page.reload();
      await page.getByText("made after the lookup").waitFor();
    });
  });

  it("shows the number of old labels", async () => {
    await onPage(async ({ page }) => {
      await page.route("**/v1/cache/evaluate", async (route) => {
        const response = await route.fetch();
        const warning = { code: "knowledge-changed", message: "labels are old" };
        const warnings = [
          { ...warning, count: 1200 },
          { ...warning, code: "unpriced", message: "lookups have no price", count: 1 },
        ];
        await route.fulfill({ response, json: { ...(await response.json()), warnings } });
      });
      await page.reload();
      await page.getByText("1,200 labels are old.", { exact: true }).waitFor();
      await page.getByText("Once: lookups have no price.", { exact: true }).waitFor();
      const gap = await page.locator(".advice + .notice").evaluate((notice) => {
        const above = notice.previousElementSibling?.getBoundingClientRect().bottom ?? 0;
        return notice.getBoundingClientRect().top - above;
      });
      expect(gap).toBeGreaterThan(8);
    });
  });

  it("applies a threshold with a reason, and restores the old one", async () => {
    await onPage(async ({ page }) => {
      await page.getByRole("slider", { name: "Threshold to try" }).fill("0.9");
      await page.getByRole("button", { name: "Apply…" }).click();
      await page.getByRole("button", { name: "Apply 0.90" }).click();
      await page.getByText("Enter a reason. The history shows it.").waitFor();
      await page.getByLabel("Reason").fill("Most near misses ask the same");
      await page.getByRole("button", { name: "Apply 0.90" }).click();
      await page.getByText("0.90 is in force, on all replicas within a second.").waitFor();
      const history = page.getByRole("region", { name: "Versions of the policy" });
      await history.getByText("threshold 0.95 → 0.90").waitFor();
      expect((await server.call("GET", "/v1/cache/policy")).json).toMatchObject({
        version: 1,
        threshold: 0.9,
        reason: "Most near misses ask the same",
      });
      await history.getByRole("button", { name: "Restore version 0" }).click();
      await page.getByRole("dialog").getByText("threshold 0.90 → 0.95").waitFor();
      await page.getByLabel("Reason").fill("Too loose");
      await page.getByRole("button", { name: "Restore", exact: true }).click();
      await history.getByText("Too loose").waitFor();
    });
    const { json } = await server.call("GET", "/v1/cache/policy");
    expect(json).toMatchObject({ version: 2, threshold: 0.95 });
  });

  it("switches shadow runs on with a reason, and warns that only a rule compares answers", async () => {
    await server.call("PUT", "/v1/cache/policy", { target_wrong_hit_rate: 0.02 });
    await onPage(async ({ page }) => {
      await page.getByRole("heading", { name: "No shadow runs yet" }).waitFor();
      await page.getByRole("button", { name: "Switch on…" }).click();
      expect(await seriousViolations(page)).toEqual([]);
      await page.getByLabel("Share of semantic hits").selectOption("0.1");
      await page.getByRole("button", { name: "Check 10 %" }).click();
      await page.getByText("Enter a reason. The history shows it.").waitFor();
      await page.getByLabel("Reason").fill("To know how often they are wrong");
      await page.getByRole("button", { name: "Check 10 %" }).click();
      await page.getByText("10 % of the semantic hits are checked.").waitFor();
      const wrong = page.locator(".stat").filter({ hasText: /^Wrong hits/ });
      await expect.poll(() => wrong.innerText()).toContain("no run yet");
      await page.locator(".notice").filter({ hasText: "set JUDGE_MODEL" }).waitFor();
    });
    const { json } = await server.call("GET", "/v1/cache/policy");
    expect(json).toMatchObject({ shadow_rate: 0.1, reason: "To know how often they are wrong" });
  });

  it("replays the log only on request", async () => {
    await onPage(async ({ page }) => {
      const asked: string[] = [];
      page.on("request", (request) => {
        if (request.url().endsWith("/v1/cache/replay")) asked.push(request.postData() ?? "");
      });
      await page.getByLabel("Replay threshold").fill("0.6");
      expect(asked).toEqual([]);
      await page.getByRole("button", { name: "Replay the log" }).click();
      const figures = page.getByRole("region", { name: "The replay" });
      await figures.getByRole("columnheader", { name: "0.6", exact: true }).waitFor();
      await figures.getByRole("row", { name: /^Misses/ }).waitFor();
      expect(await seriousViolations(page)).toEqual([]);
      expect(asked).toEqual([JSON.stringify({ threshold: 0.6, grey_threshold: 1 })]);
    });
  });

  it("replays the value of the slider, until other thresholds are entered", async () => {
    await onPage(async ({ page }) => {
      const threshold = page.getByLabel("Replay threshold");
      const grey = page.getByLabel("Replay grey zone from");
      await expect.poll(() => threshold.inputValue()).toBe("0.95");
      const slider = page.getByRole("slider", { name: "Threshold to try" });
      await slider.fill("0.8");
      await expect.poll(() => threshold.inputValue()).toBe("0.8");
      await page.getByRole("button", { name: "Grey zone", exact: true }).click();
      await slider.fill("0.7");
      await expect.poll(() => grey.inputValue()).toBe("0.7");
      expect(await threshold.inputValue()).toBe("0.95");
      await grey.fill("0.75");
      await slider.fill("0.6");
      await expect.poll(() => page.locator("output").innerText()).toBe("0.60");
      expect(await grey.inputValue()).toBe("0.75");
    });
  });

  it("reports a concurrent change", async () => {
    await onPage(async ({ page, problems }) => {
      await page.getByRole("slider", { name: "Threshold to try" }).fill("0.8");
      await server.call("PUT", "/v1/cache/policy", { threshold: 0.97, reason: "At the same time" });
      await page.getByRole("button", { name: "Apply…" }).click();
      await page.getByLabel("Reason").fill("Late");
      await page.getByRole("button", { name: "Apply 0.80" }).click();
      await page.getByRole("alert").waitFor();
      expect((await server.call("GET", "/v1/cache/policy")).json.threshold).toBe(0.97);
      // The browser itself tells of the refusal.
      expect(problems.splice(0)).toEqual([expect.stringContaining("409")]);
    });
  });

  it("says what to do when the log has only hashes", async () => {
    const hashed = await startService({ KNOWLEDGE_DIR: "", LOOKUP_LOG_TEXT: "hashed" });
    await hashed.call("POST", "/v1/chat", { message: ASKED[0] });
    const { page, problems, close } = await openAppPage(browser, `${hashed.url}/tuning`);
    await page.getByRole("button", { name: "Replay the log" }).click();
    await page.getByText(/keeps hashes only.*LOOKUP_LOG_TEXT=full/).waitFor();
    expect(problems).toEqual([expect.stringContaining("409")]);
    await close();
    await hashed.close();
  });

  it("fits a phone, in the dark", async () => {
    await onPage(
      async ({ page, overflow }) => {
        await page.locator(".label-card").waitFor();
        await page.locator(".u-wrap canvas").waitFor();
        await page.getByRole("button", { name: "Replay the log" }).click();
        const figures = page.getByRole("region", { name: "The replay" });
        await figures.waitFor();
        expect(await overflow()).toBe(0);
        expect(await page.evaluate(HIDDEN_WIDTH)).toBe(0);
      },
      { ...PHONE, colorScheme: "dark" },
    );
  });
});
