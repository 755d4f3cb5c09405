import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** How long the page may take to show something, in milliseconds: generous, nothing is measured. */
const WAIT_MS = 15_000;

/** The chat page in a browser of its own, with what it did that it should not. */
export async function openChatPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
  prepare: (page: Page) => Promise<void> = async () => {},
) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  const problems: string[] = [];
  const hosts = new Set<string>();
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("dialog", (dialog) => {
    problems.push(`a dialog opened: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => hosts.add(new URL(request.url()).host));
  await prepare(page);
  await page.goto(url);
  await page.getByLabel(/^Your question$|^API key$/).waitFor();
  const turn = (place: number) => page.locator(".turn").nth(place);
  return {
    page,
    problems,
    /** Every host that was asked for anything. */
    hosts,
    turn,
    answer: (place: number) => turn(place).locator(".answer"),
    badge: (place: number) => turn(place).locator(".badge"),
    note: (place: number) => turn(place).locator(".note"),
    /** Writes a question and sends it, without waiting for its answer. */
    async send(question: string) {
      await page.getByLabel("Your question").fill(question);
      await page.keyboard.press("Enter");
    },
    /** Asks, and waits for the whole answer. */
    async ask(question: string) {
      const place = await page.locator(".turn").count();
      await this.send(question);
      await turn(place).locator(".figures").waitFor();
      return place;
    },
    /** One of an answer's figures, such as "Tokens saved". */
    async figure(place: number, name: string) {
      const figures = turn(place).locator(".figures");
      if ((await figures.getAttribute("open")) === null) await figures.locator("summary").click();
      const cell = figures.locator("dl > div").filter({
        has: page.locator("dt").getByText(name, { exact: true }),
      });
      return cell.locator("dd").innerText();
    },
    close: () => context.close(),
  };
}

export type ChatPage = Awaited<ReturnType<typeof openChatPage>>;
