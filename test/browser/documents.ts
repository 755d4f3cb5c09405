import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { describe, expect, it, onTestFinished } from "vitest";
import { startOwnRedis } from "../support/redis.ts";
import { startOnRedis } from "../support/redis-service.ts";
import { startService } from "../support/start-service.ts";
import { openWebPage } from "../support/web-page.ts";

const HOSTILE = `<script>alert(1)</script>`;
const HOURS = `# Opening hours ${HOSTILE}\n\nWe open at nine.\n\n## Sundays\n\nOn Sundays we are closed.\n`;

type Context = { skip: (note: string) => never };

const STORES = [
  [
    "in this process",
    async () => {
      const server = await startService();
      onTestFinished(() => server.close());
      return server.url;
    },
  ],
  [
    "with Redis",
    async ({ skip }: Context) => {
      const redis = (await startOwnRedis()) ?? skip("no redis-server program");
      const folder = await mkdtemp(join(tmpdir(), "reprise-no-pages-"));
      return (await startOnRedis(redis.url, { KNOWLEDGE_DIR: folder })).url;
    },
  ],
] as const;

/** A document's life: uploaded, found, asked, changed and deleted. */
export function describeDocuments(browser: () => Browser): void {
  describe.each(STORES)("documents, %s", (_name, start) => {
    it("are uploaded, searched and asked; an edit reports the removed answers", async (context) => {
      const url = await start(context);
      const web = await openWebPage(browser(), `${url}/documents`);
      const { page } = web;
      const file = { name: "hours.md", mimeType: "text/markdown", buffer: Buffer.from(HOURS) };
      await page.getByLabel("Choose files").setInputFiles(file);
      const uploads = page.getByRole("region", { name: "Uploads" });
      await uploads.getByText("version 1").waitFor();
      const title = `Opening hours ${HOSTILE}`;
      await page.getByRole("table", { name: "Documents" }).getByText(title).waitFor();

      await page.getByLabel("A question").fill("Are you open on Sundays?");
      await page.getByRole("button", { name: "Search", exact: true }).click();
      await page.locator(".found").getByText("On Sundays we are closed.").waitFor();

      await page.getByRole("link", { name: "Chat" }).click();
      await page.getByLabel("Your question").fill("Are you open on Sundays?");
      await page.keyboard.press("Enter");
      await page.locator(".figures").waitFor();
      await expect
        .poll(() => page.locator(".answer").innerText())
        .toContain("On Sundays we are closed");

      await page.getByRole("link", { name: "Documents" }).click();
      await page.getByRole("table", { name: "Documents" }).getByText(title).click();
      await page.getByRole("heading", { name: "Passages" }).waitFor();
      expect(await page.evaluate(`document.activeElement.id`)).toBe("page");
      await page.getByRole("button", { name: "Edit" }).click();
      await page.getByLabel("Text").fill("Nothing of it.");
      await page.mouse.click(5, 5);
      await page.getByRole("button", { name: "Keep editing" }).click();
      expect(await page.getByLabel("Text").inputValue()).toBe("Nothing of it.");
      await page.getByLabel("Text").fill(HOURS.replace("closed", "open from ten"));
      await page.getByRole("button", { name: "Store" }).click();
      await page.locator(".changed").getByText("1 cached answer was removed").waitFor();
      await page.locator(".passages").getByText("On Sundays we are open from ten.").waitFor();
      await expect
        .poll(() => page.getByRole("table", { name: "Versions" }).getByRole("row").count())
        .toBe(3);

      await page.getByRole("button", { name: "Delete" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
      await page.getByText("There are no documents yet").waitFor();
      web.expectClean();
      await web.close();
    });
  });

  describe("documents", () => {
    it("are written on the page; an invalid file is refused with the reason", async () => {
      const server = await startService();
      const web = await openWebPage(browser(), `${server.url}/documents`);
      const { page } = web;
      await page.getByText("There are no documents yet").waitFor();
      await page.getByRole("button", { name: "Write a document" }).click();
      await page.getByLabel("Title").fill("Parking");
      await page.getByLabel("Text").fill("Park behind the house.");
      await page.getByRole("button", { name: "Store" }).click();
      await page.getByRole("heading", { name: "Parking" }).waitFor();
      await page.locator(".passages").getByText("Park behind the house.").waitFor();
      web.expectClean();

      await page.getByRole("link", { name: "All documents" }).click();
      const file = { name: "a.png", mimeType: "image/png", buffer: Buffer.from([137, 80, 78, 71]) };
      await page.getByLabel("Choose files").setInputFiles(file);
      await page.getByRole("region", { name: "Uploads" }).getByText("refused").waitFor();
      await page.getByRole("button", { name: "Clear the list" }).click();
      await page.getByRole("region", { name: "Uploads" }).waitFor({ state: "hidden" });
      await web.close();
      await server.close();
    });
  });
}
