import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { findChromium, openChromium } from "../support/chromium.ts";
import { defer } from "../support/defer.ts";
import { scriptedModel, type Script } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";
import { openWebPage } from "../support/web-page.ts";

const PAGE = "**/use-chat.html*";
const executablePath = findChromium();
const bundleSchema = z.array(
  z.object({ output: z.array(z.looseObject({ code: z.string().optional() })) }),
);

/** The page's script, as an app would bundle it. */
async function bundle(): Promise<string> {
  const entry = fileURLToPath(new URL("../fixtures/use-chat/main.js", import.meta.url));
  const built = await build({
    configFile: false,
    logLevel: "silent",
    define: { "process.env.NODE_ENV": '"production"' },
    build: { write: false, minify: false, lib: { entry, formats: ["iife"], name: "page" } },
  });
  return bundleSchema.parse(built)[0]?.output[0]?.code ?? "";
}

describe.skipIf(executablePath === undefined)("useChat in a browser", () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof startService>>;
  let page: string;
  let script: Script;
  const model = scriptedModel(() => script, { id: "gpt-4o-mini" });
  beforeAll(async () => {
    const code = (await bundle()).replaceAll("</script", "<\\/script");
    page = `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><div id="root"></div><script>${code}</script>`;
    browser = await openChromium(executablePath);
    server = await startService({}, { model });
    const text = "Refunds are paid within 30 days of purchase.";
    await server.call("PUT", "/v1/documents/help", { title: "Help", text });
  });
  afterAll(async () => {
    await server?.close();
  });

  async function open(chat: string = randomUUID()) {
    const opened = await openWebPage(
      browser,
      `${server.url}/use-chat.html?chat=${chat}`,
      {},
      async (each) =>
        void (await each.route(PAGE, (route) =>
          route.fulfill({ contentType: "text/html", body: page }),
        )),
    );
    const shown = (selector: string) => opened.page.locator(selector).allInnerTexts();
    return {
      ...opened,
      shown,
      status: () => opened.page.locator("output").innerText(),
      async ask(text: string) {
        await opened.page.locator("input").fill(text);
        await opened.page.getByRole("button", { name: "Send" }).click();
      },
    };
  }

  it("shows an answer with its source, verdict and cost, and regenerates it", async () => {
    script = { text: "Within 30 days. [1]" };
    const chat = await open();
    // Where requests are intercepted the browser sends Cache-Control: no-cache.
    await chat.page.unroute(PAGE);
    await chat.ask("When are refunds paid?");
    await expect.poll(chat.status).toBe("ready");
    await expect.poll(() => chat.shown(".assistant .text")).toEqual(["Within 30 days. [1]"]);
    expect(await chat.shown(".assistant .source")).toEqual(["Help"]);
    expect(await chat.shown(".assistant .cache")).toEqual(["miss"]);
    expect((await chat.shown(".assistant .cost"))[0]).toMatch(/^0\.\d{9}$/);
    script = { text: "After 30 days at most. [1]" };
    await chat.page.getByRole("button", { name: "Again" }).click();
    await expect.poll(() => chat.shown(".assistant .text")).toEqual(["After 30 days at most. [1]"]);
    await expect.poll(() => chat.shown(".assistant .cache")).toEqual(["refresh"]);
    expect(chat.problems).toEqual([]);
    await chat.close();
  });

  it("resumes the answer in progress after a reload", async () => {
    const gate = defer<undefined>();
    script = {
      text: "The first half and the second half.",
      beforeWord: async (place) => void (place > 2 && (await gate.promise)),
    };
    const id = randomUUID();
    const chat = await open(id);
    await chat.ask("What comes in halves?");
    await expect.poll(() => chat.shown(".assistant .text")).toEqual(["The first half"]);
    await chat.page.reload();
    await expect.poll(() => chat.shown(".assistant .text")).toEqual(["The first half"]);
    gate.resolve(undefined);
    await expect.poll(() => chat.shown(".assistant .text")).toEqual([script.text]);
    await expect.poll(chat.status).toBe("ready");
    await chat.close();
  });
});
