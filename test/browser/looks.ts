import { readFile } from "node:fs/promises";
import type { Browser, BrowserContextOptions, Locator } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { openChatPage, type ChatPage } from "../support/chat-page.ts";
import { scriptedModel } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";
import { seriousViolations } from "../support/web-page.ts";

/** Contrast of text that WCAG 2.2 asks for at level AA. */
const LEAST_CONTRAST = 4.5;
const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const LONG =
  "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".repeat(2);
const ANSWER = [
  `# Wide things [1]\n\n${LONG} https://larkfield.example/${LONG}`,
  `\`\`\`\ncurl ${LONG}\n\`\`\``,
  `| ${LONG} | ${LONG} |\n|---|---|\n| a | b |`,
].join("\n\n");

const contrastSchema = z.array(z.object({ text: z.string(), contrast: z.number() }));

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

async function box(locator: Locator): Promise<Box> {
  await locator.waitFor();
  return (await locator.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
}

function overlap(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}

/** Whether it can be read and used: both colour schemes, a phone's width, the keyboard alone. */
export function describeLooks(browser: () => Browser): void {
  describe("to eyes, thumbs and screen readers", () => {
    let server: Awaited<ReturnType<typeof startService>>;
    beforeAll(async () => {
      server = await startService({}, { model: scriptedModel(() => ({ text: ANSWER })) });
      const document = { title: `Wide ${LONG}`, text: `Wide ${LONG}.` };
      expect((await server.call("POST", "/v1/documents", document)).status).toBe(201);
    });
    afterAll(() => server?.close());

    async function onPage(options: BrowserContextOptions, use: (chat: ChatPage) => Promise<void>) {
      const chat = await openChatPage(browser(), server.url, options);
      await use(chat);
      expect(chat.problems).toEqual([]);
      await chat.close();
    }

    it.each(["light", "dark"] as const)(
      "has text of enough contrast in %s",
      async (colorScheme) => {
        const measure = await readFile(new URL("measure-contrast.js", import.meta.url), "utf8");
        await onPage({ colorScheme }, async (chat) => {
          const faint = async () =>
            contrastSchema
              .parse(await chat.page.evaluate(measure))
              .filter(({ contrast }) => contrast < LEAST_CONTRAST);
          await expect.poll(faint).toEqual([]);
          await chat.ask("What is wide?");
          await chat.figure(0, "Cost");
          await chat.ask("What is wide?");
          await expect.poll(() => chat.badge(1).innerText()).toBe("exact");
          await expect.poll(faint).toEqual([]);
          const page = await chat.page.evaluate(`getComputedStyle(document.body).backgroundColor`);
          expect(page).toMatch(colorScheme === "dark" ? /^rgb\(\d{2}, / : /^rgb\(2\d\d, /);
        });
      },
    );

    it("fits a width of 360 pixels whatever it shows", async () => {
      await onPage(PHONE, async (chat) => {
        // Phones widen their viewport to what overflows, so that innerWidth would tell nothing.
        const width = () => chat.page.evaluate(`document.documentElement.scrollWidth`);
        await chat.page.locator("#suggestions button").waitFor();
        expect(await width()).toBe(PHONE.viewport.width);
        await chat.ask(`What is wide ${LONG}?`);
        await chat.figure(0, "Cost");
        await chat.turn(0).locator(".sources summary").click();
        expect(await width()).toBe(PHONE.viewport.width);
      });
    });

    it.each([
      ["a desk", {}],
      ["a phone", PHONE],
    ] as const)("tells of what was done beside what can be pressed, on %s", async (_name, size) => {
      await onPage(size, async (chat) => {
        await chat.ask("What is wide?");
        await chat.turn(0).getByRole("button", { name: "Good answer" }).click();
        const toast = await box(chat.page.locator(".toast"));
        for (const covered of [".bottom", ".side nav", ".side-foot"]) {
          expect(overlap(toast, await box(chat.page.locator(covered)))).toBe(false);
        }
      });
    });

    it("shows every page link, and titles beside their buttons, on a phone", async () => {
      await onPage(PHONE, async (chat) => {
        const { page } = chat;
        await chat.ask(`What is wide ${LONG}?`);
        const last = await box(page.getByRole("link", { name: "Health" }));
        expect(last.x + last.width).toBeLessThanOrEqual(PHONE.viewport.width);
        const [one, other] = [
          await box(page.getByRole("button", { name: "Conversations" })),
          await box(page.getByRole("button", { name: "New conversation" })),
        ];
        expect(one.height).toBe(other.height);
        await page.getByRole("button", { name: "Conversations" }).click();
        const row = page.getByRole("dialog").getByRole("listitem").first();
        const title = await box(row.locator(".title"));
        expect(overlap(title, await box(row.getByRole("button")))).toBe(false);
      });
    });

    it("keeps a question that is too long, with an error", async () => {
      await onPage({}, async (chat) => {
        const { page, turn } = chat;
        const text = "word ".repeat(1_800).trim();
        await chat.send(text);
        await page.getByText("8,000 characters at most: 999 too many.").waitFor();
        expect(await page.getByLabel("Your question").inputValue()).toBe(text);
        expect(await page.getByRole("button", { name: "Send" }).isDisabled()).toBe(true);
        expect(await page.locator(".turn").count()).toBe(0);
        expect(await seriousViolations(page)).toEqual([]);
        await chat.send(text.slice(0, 8_000));
        await turn(0).locator(".figures").waitFor();
      });
    });

    it("works with the keyboard alone", async () => {
      await onPage({}, async ({ page, turn }) => {
        await page.keyboard.type("What is wide?");
        await page.keyboard.press("Shift+Enter");
        await page.keyboard.type("And high?");
        await page.keyboard.press("Enter");
        await turn(0).locator(".figures").waitFor();
        await expect.poll(() => turn(0).locator("h2").innerText()).toBe("What is wide?\nAnd high?");
        await turn(0).getByRole("button", { name: "Source 1: Wide" }).focus();
        await page.keyboard.press("Enter");
        const focused = `document.activeElement.closest("details").open`;
        expect(await page.evaluate(focused)).toBe(true);
      });
    });

    it("announces an answer to screen readers once, when it is complete", async () => {
      await onPage({}, async (chat) => {
        const status = chat.page.locator("#announcement");
        await expect.poll(() => status.innerText()).toBe("");
        await chat.ask("What is wide?");
        await expect.poll(() => status.innerText()).toContain("Wide things");
        expect(await chat.turn(0).getByRole("article").getAttribute("aria-busy")).toBe("false");
      });
    });
  });
}
