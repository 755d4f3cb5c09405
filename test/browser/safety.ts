import { createHash } from "node:crypto";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openChatPage, type ChatPage } from "../support/chat-page.ts";
import { scriptedModel } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";

const HOSTILE = `<img src=x onerror="alert(1)"><script>alert(2)</script>`;
const LINKS = `[press](javascript:alert(3)) [help](https://larkfield.example/help)`;
const LANTERNS = `Lanterns ${HOSTILE} burn until midnight ${LINKS}.`;
const QUESTION = "How long do lanterns burn?";

/** Markup from messages, documents and models stays text, and a key is asked for where it is needed. */
export function describeSafety(browser: () => Browser): void {
  describe("with hostile text", () => {
    let server: Awaited<ReturnType<typeof startService>>;
    let chat: ChatPage;
    beforeAll(async () => {
      server = await startService();
      const document = { title: `Lanterns ${HOSTILE}`, text: LANTERNS };
      await server.call("POST", "/v1/documents", document);
    });
    afterAll(() => server?.close());
    beforeEach(async () => {
      chat = await openChatPage(browser(), server.url);
    });
    afterEach(async () => {
      expect(
        await chat.page.locator(".chat").locator("img, script, iframe, [onerror]").count(),
      ).toBe(0);
      expect(chat.problems).toEqual([]);
      expect([...chat.hosts]).toEqual([new URL(server.url).host]);
      await chat.close();
    });

    it("shows a message's markup as text", async () => {
      await chat.ask(`${HOSTILE} ${LINKS}`);
      await expect.poll(() => chat.turn(0).locator("h2").innerText()).toBe(`${HOSTILE} ${LINKS}`);
      await expect.poll(() => chat.turn(0).locator("h2 *").count()).toBe(0);
    });

    it("shows a document's markup as text: title, answer and passage", async () => {
      const offered = chat.page.locator("#suggestions button");
      await expect.poll(() => offered.innerText()).toBe(`What is “Lanterns ${HOSTILE}” about?`);
      await chat.ask(QUESTION);
      await expect.poll(() => chat.answer(0).innerText()).toContain(HOSTILE);
      await chat.turn(0).locator(".sources summary").first().click();
      await expect
        .poll(() => chat.turn(0).locator(".sources .title").innerText())
        .toBe(`Lanterns ${HOSTILE}`);
      // As in an answer, a web link is its words.
      await expect
        .poll(() => chat.turn(0).locator("blockquote").innerText())
        .toBe(LANTERNS.replace("[help](https://larkfield.example/help)", "help"));
    });

    it("makes links of web addresses only, which learn nothing of this page", async () => {
      await chat.ask(QUESTION);
      const links = chat.turn(0).locator("a");
      await expect.poll(() => links.count()).toBe(1);
      expect(await links.getAttribute("href")).toBe("https://larkfield.example/help");
      expect(await links.getAttribute("rel")).toBe("noopener noreferrer");
    });

    it("lives under a policy that parses no text as markup", async () => {
      const parse = `document.querySelector("#turns").innerHTML = "<b>bold</b>"`;
      await expect(chat.page.evaluate(parse)).rejects.toThrow("TrustedHTML");
      chat.problems.length = 0;
    });
  });

  it("shows a model's markup as text, and its Markdown as what it means", async () => {
    const text = [
      `# Lamps ${HOSTILE}`,
      "1. **Fill** it [1]\n   - with *oil*\n   - not `water`\n2. Light it [7, 1]",
      "| Lamp | Hours |\n|---|---:|\n| small | 4 |\n| large | 8 |",
      `\`\`\`html\n${HOSTILE}\n\`\`\``,
      LINKS,
    ].join("\n\n");
    const server = await startService({}, { model: scriptedModel(() => ({ text })) });
    await server.call("POST", "/v1/documents", {
      title: "Lamps",
      text: "Fill the lamp and light it.",
    });
    const chat = await openChatPage(browser(), server.url);
    await chat.ask("How do I light the lamp?");
    const answer = chat.answer(0);
    await expect.poll(() => answer.locator("h3").innerText()).toBe(`Lamps ${HOSTILE}`);
    await expect.poll(() => answer.locator("ol > li").count()).toBe(2);
    await expect
      .poll(() => answer.locator("ol > li:first-child > ul > li").allInnerTexts())
      .toEqual(["with oil", "not water"]);
    await expect
      .poll(() => answer.locator("strong, em, li code").allInnerTexts())
      .toEqual(["Fill", "oil", "water"]);
    await expect
      .poll(() => answer.locator("td").allInnerTexts())
      .toEqual(["small", "4", "large", "8"]);
    await expect.poll(() => answer.locator("pre").innerText()).toBe(HOSTILE);
    await expect.poll(() => answer.locator(".mark").allInnerTexts()).toEqual(["[1]", "[1]"]);
    await expect
      .poll(() => answer.getByRole("button", { name: "Source 1: Lamps" }).count())
      .toBe(2);
    await expect.poll(() => answer.locator("img, script, a[href^=javascript]").count()).toBe(0);
    expect(chat.problems).toEqual([]);
    await chat.close();
    await server.close();
  });

  it("asks for a key when the service wants one, says when it is refused, and goes on", async () => {
    const sha256 = createHash("sha256").update("secret").digest("hex");
    const server = await startService({ API_KEYS: `web:default:chat:${sha256}` });
    const chat = await openChatPage(browser(), server.url);
    const key = chat.page.getByLabel("API key");
    await key.fill("wrong");
    await chat.page.keyboard.press("Enter");
    await chat.page.getByText("The server refuses this key.").waitFor();
    await key.fill("secret");
    await chat.page.keyboard.press("Enter");
    await chat.page.getByText("There are no documents yet.").waitFor();
    await expect.poll(() => key.isVisible()).toBe(false);
    await chat.ask("Is anybody there?");
    // The browser itself reports the refused requests.
    expect(chat.problems.filter((problem) => !problem.includes("401"))).toEqual([]);
    await chat.close();
    await server.close();
  });
}
