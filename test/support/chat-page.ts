import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { openWebPage } from "./web-page.ts";

/** The chat in a separate browser context. */
export async function openChatPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  prepare?: (page: Page) => Promise<void>,
) {
  const opened = await openWebPage(browser, url, options, prepare);
  const { page } = opened;
  await page.getByLabel(/^Your question$|^API key$/).waitFor();
  const turn = (place: number) => page.locator(".turn").nth(place);
  return {
    ...opened,
    turn,
    answer: (place: number) => turn(place).locator(".answer"),
    badge: (place: number) => turn(place).locator(".badge"),
    note: (place: number) => turn(place).locator(".note"),
    /** Sends a question without waiting for the answer. */
    async send(question: string) {
      await page.getByLabel("Your question").fill(question);
      await page.keyboard.press("Enter");
    },
    /** Sends a question and waits for the complete answer. */
    async ask(question: string) {
      const place = await page.locator(".turn").count();
      await this.send(question);
      await turn(place).locator(".figures").waitFor();
      return place;
    },
    /** A figure of an answer, such as "Tokens saved". */
    async figure(place: number, name: string) {
      const figures = turn(place).locator(".figures");
      if ((await figures.getAttribute("open")) === null) await figures.locator("summary").click();
      const cell = figures.locator("dl > div").filter({
        has: page.locator("dt").getByText(name, { exact: true }),
      });
      return cell.locator("dd").innerText();
    },
  };
}

export type ChatPage = Awaited<ReturnType<typeof openChatPage>>;
