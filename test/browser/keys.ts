import { createHash } from "node:crypto";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startService } from "../support/start-service.ts";
import { openWebPage } from "../support/web-page.ts";

const entry = (name: string, scopes: string) =>
  `${name}:default:${scopes}:${createHash("sha256").update(`key-${name}`).digest("hex")}`;

/** What the app shows to whom. */
export function describeKeys(browser: () => Browser): void {
  describe("with keys", () => {
    let server: Awaited<ReturnType<typeof startService>>;
    beforeAll(async () => {
      server = await startService({
        API_KEYS: [entry("web", "chat"), entry("ops", "chat+admin")].join(","),
        KNOWLEDGE_DIR: "",
      });
    });
    afterAll(() => server?.close());

    async function signIn(path: string, key: string) {
      const web = await openWebPage(browser(), server.url + path);
      await web.page.getByLabel("API key").fill(key);
      await web.page.keyboard.press("Enter");
      return web;
    }

    it("a chat key opens only the chat", async () => {
      const { page, close } = await signIn("/documents", "key-web");
      await page.getByText("Documents needs an administrator key").waitFor();
      await page.getByRole("link", { name: "Go to the chat" }).click();
      await page.getByLabel("Your question").fill("How do I reset my password?");
      await page.keyboard.press("Enter");
      await page.locator(".figures").waitFor();
      await expect.poll(() => page.getByRole("navigation").count()).toBe(0);
      await page.getByRole("button", { name: "miss: why?" }).click();
      await page.getByText("Administrators also see").waitFor();
      await close();
    });

    it("an administrator key opens every page, survives a reload and is removed on request", async () => {
      const { page, close } = await signIn("/", "key-ops");
      const pages = page.getByRole("navigation").getByRole("link");
      await pages.first().waitFor();
      await expect
        .poll(() => pages.allInnerTexts())
        .toEqual(["Chat", "Costs", "Review", "Cache", "Tuning", "Documents", "Health"]);
      await page.reload();
      await page.getByRole("navigation").getByText("Documents").click();
      await page.getByRole("table", { name: "Documents" }).waitFor();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByLabel("API key").waitFor();
      await page.reload();
      await page.getByLabel("API key").waitFor();
      await close();
    });
  });
}
