import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createChatModel } from "../../src/models/chat-model.ts";
import { createTokenCounter } from "../../src/models/count-tokens.ts";
import { OFFLINE_MODEL } from "../../src/models/offline-model.ts";
import { openAppPage, type AppPage } from "../support/app-page.ts";
import { findChromium, openChromium } from "../support/chromium.ts";
import { startService } from "../support/start-service.ts";

const executablePath = findChromium();
const PRICED_AS = "gpt-4o-mini";
const ASKED = [
  "How do I reset my password?",
  "How long do deleted files stay in the trash?",
  "How do I delete my account?",
];
/** As the offline model answers them, too. */
const ALIKE = [
  "How can I reset my password?",
  "How could I reset my password?",
  "How long do files stay in the trash?",
];
/** Served from the question about accounts under a loose threshold. */
const OTHER = "How do I delete a file?";

describe.skipIf(executablePath === undefined)("shadow runs", { timeout: 60_000 }, () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof startService>>;
  beforeAll(async () => {
    browser = await openChromium(executablePath);
    const settings = { model: OFFLINE_MODEL, timeoutMs: 30_000 };
    const offline = await createChatModel(settings, createTokenCounter(PRICED_AS));
    server = await startService(
      { KNOWLEDGE_DIR: "", CACHE_THRESHOLD: "0.6", CACHE_GREY_THRESHOLD: "1" },
      // Under a name that has a price.
      { model: { ...offline, id: PRICED_AS } },
    );
  });
  afterAll(async () => {
    await server?.close();
  });

  const ask = async (...messages: string[]) => {
    for (const message of messages) await server.call("POST", "/v1/chat", { message });
  };
  const report = async () => (await server.call("GET", "/v1/cache/shadow")).json;
  const change = (policy: object) =>
    server.call("PUT", "/v1/cache/policy", { reason: "To see", ...policy });

  async function onPage(use: (app: AppPage, stat: (name: string) => Stat) => Promise<void>) {
    const app = await openAppPage(browser, `${server.url}/tuning`);
    const section = app.page
      .locator("section")
      .filter({ has: app.page.getByRole("heading", { name: "Shadow runs", exact: true }) });
    await use(app, (name) => section.locator(".stat").filter({ hasText: new RegExp(`^${name}`) }));
    await app.expectSound();
    await app.close();
  }
  type Stat = ReturnType<ReturnType<AppPage["page"]["locator"]>["filter"]>;

  it("are shown with their interval and cost", async () => {
    await change({ shadow_rate: 1 });
    await ask(...ASKED, ...ALIKE);
    await expect.poll(async () => (await report()).runs, { timeout: 15_000 }).toBe(ALIKE.length);
    const { total } = (await report()).cost;
    expect(Number(total)).toBeGreaterThan(0);
    await onPage(async (_app, stat) => {
      const text = (name: string) => stat(name).innerText();
      await expect.poll(() => text("Wrong hits")).toMatch(/\n0\s?%\n.*from 0\s?% to 70\.8\s?%/);
      expect(await text("Runs")).toMatch(/\n3\n0 wrong/);
      expect(await text("Semantic")).toMatch(/\n3 runs\n0 wrong/);
      expect(await text("Verified")).toMatch(/\n0 runs\n0 wrong/);
      expect(await text("Cost")).toContain("100 % of the hits");
      const title = await stat("Cost").locator(".money").getAttribute("title");
      expect(title).toBe(`$${total.replace(/0{1,7}$/, "")}`);
      expect(await text("Target")).toContain("none");
    });
  });

  it("are explained in the costs", async () => {
    const app = await openAppPage(browser, `${server.url}/costs?by=conversation`);
    const table = app.page.getByRole("region", { name: "Costs by conversation" });
    const row = table.getByRole("row", { name: "without a conversation" });
    await row.getByText("No questions: shadow runs").waitFor();
    await app.expectSound();
    await app.close();
  });

  it("are compared with a target: met, at risk, missed", async () => {
    await change({ target_wrong_hit_rate: 0.75 });
    await onPage(async (_app, stat) => {
      await stat("Target").locator(".badge.good").getByText("met").waitFor();
    });
    await ask(OTHER);
    await expect.poll(async () => (await report()).wrong, { timeout: 15_000 }).toBe(1);
    await onPage(async (_app, stat) => {
      await expect
        .poll(() => stat("Wrong hits").innerText())
        .toMatch(/\n25\.0\s?%\n.*from 0\.6\s?% to 80\.6\s?%/);
      expect(await stat("Semantic").innerText()).toMatch(/\n4 runs\n1 wrong/);
      expect(await stat("Target").innerText()).toContain("not yet certain");
    });
    await change({ target_wrong_hit_rate: 0.1 });
    await onPage(async (_app, stat) => {
      await stat("Target").locator(".badge.warn").getByText("at risk").waitFor();
    });
    await change({ target_wrong_hit_rate: 0.005 });
    await onPage(async (_app, stat) => {
      await stat("Target").locator(".badge.bad").getByText("missed").waitFor();
    });
  });
});
