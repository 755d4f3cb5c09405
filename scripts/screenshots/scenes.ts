import type { BrowserContextOptions, Page } from "playwright-core";

/** A page and the steps before its picture. */
export interface Scene {
  readonly name: string;
  readonly path: string;
  /** The steps of a reader on the page. */
  readonly prepare?: (page: Page) => Promise<void>;
}

/** A window size and colour scheme. */
export interface Look {
  readonly name: "light" | "dark" | "phone";
  readonly options: BrowserContextOptions;
}

const DESK = { width: 1280, height: 860 };
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

export const LOOKS: readonly Look[] = [
  { name: "light", options: { viewport: DESK, colorScheme: "light" } },
  { name: "dark", options: { viewport: DESK, colorScheme: "dark" } },
  { name: "phone", options: { ...PHONE, colorScheme: "light" } },
];

const ask = async (page: Page, question: string) => {
  await page.getByLabel("Your question").fill(question);
  await page.keyboard.press("Enter");
  await page.locator(".figures").last().waitFor();
};

export const SCENES: readonly Scene[] = [
  {
    name: "chat",
    path: "/",
    async prepare(page) {
      await ask(page, "How do I reset my password?");
      await ask(page, "How long do files stay in the trash?");
    },
  },
  { name: "costs", path: "/costs" },
  {
    name: "costs-day",
    path: "/costs",
    async prepare(page) {
      // Open the busiest day: today may have just begun.
      const rows = page.getByRole("region", { name: "Costs by day" }).locator("tbody tr");
      await rows.first().waitFor();
      const requests = await rows.locator("td:nth-child(2)").allInnerTexts();
      const counts = requests.map((text) => Number(text.replaceAll(",", "")));
      await rows
        .nth(counts.indexOf(Math.max(...counts)))
        .getByRole("link")
        .click();
      await page.getByRole("region", { name: "Conversations of the day" }).waitFor();
    },
  },
  { name: "cache", path: "/cache" },
  {
    name: "cache-answer",
    path: "/cache",
    async prepare(page) {
      await page.getByRole("region", { name: "Cached answers" }).getByRole("link").nth(2).click();
      await page.locator(".facts").waitFor();
    },
  },
  {
    name: "tuning",
    path: "/tuning?target=0.1",
    async prepare(page) {
      await page.getByRole("slider", { name: "Threshold to try" }).fill("0.84");
    },
  },
  {
    name: "tuning-labels",
    path: "/tuning",
    async prepare(page) {
      await page.locator(".label-card .stored-answer p").first().waitFor();
      await page.locator(".label-card").scrollIntoViewIfNeeded();
    },
  },
  {
    name: "tuning-replay",
    path: "/tuning",
    async prepare(page) {
      await page.getByLabel("Replay threshold").fill("0.86");
      await page.getByRole("button", { name: "Replay the log" }).click();
      await page.getByRole("region", { name: "The replay" }).waitFor();
      await page.evaluate(`document.querySelector(".replay-form").scrollIntoView()`);
    },
  },
  {
    name: "tuning-shadow",
    path: "/tuning",
    async prepare(page) {
      const title = page.getByRole("heading", { name: "Shadow runs", exact: true });
      const section = page.locator("section").filter({ has: title });
      await section.locator(".stat").first().waitFor();
      await page.waitForLoadState("networkidle");
      await title.evaluate((heading) => heading.scrollIntoView());
    },
  },
  { name: "documents", path: "/documents" },
  { name: "health", path: "/health" },
];
