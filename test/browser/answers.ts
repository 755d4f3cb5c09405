import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openChatPage, type ChatPage } from "../support/chat-page.ts";
import { plainText } from "../../web/markdown/plain-text.ts";
import { startService } from "../support/start-service.ts";

const QUESTION = "How do I reset my password?";

/** What the page shows of answers, on the service as it comes: offline model, sample documents. */
export function describeAnswers(browser: () => Browser): void {
  describe("on the sample documents", () => {
    let server: Awaited<ReturnType<typeof startService>>;
    let chat: ChatPage;
    beforeAll(async () => {
      server = await startService({ KNOWLEDGE_DIR: "", CACHE_THRESHOLD: "0.9" });
    });
    afterAll(() => server?.close());
    beforeEach(async () => {
      chat = await openChatPage(browser(), server.url);
    });
    afterEach(async () => {
      expect(chat.problems).toEqual([]);
      expect([...chat.hosts]).toEqual([new URL(server.url).host]);
      await chat.close();
    });

    it("shows an answer whose citation marks open the cited passages", async () => {
      await chat.ask("When is an account locked after wrong passwords?");
      await expect.poll(() => chat.badge(0).innerText()).toBe("miss");
      const mark = chat.answer(0).getByRole("button", { name: /^Source \d+: / });
      await mark.first().click();
      const opened = chat.turn(0).locator(".sources details[open]");
      await expect.poll(() => opened.count()).toBe(1);
      const title = await opened.locator(".title").innerText();
      const cited = await opened.locator("mark").allInnerTexts();
      expect(cited.join(" ")).toContain("locked");
      const { json } = await server.call("GET", "/v1/documents?limit=100");
      const listed = json.documents.find((document: { title: string }) => document.title === title);
      const document = await server.call("GET", `/v1/documents/${listed.id}`);
      const passage = await opened.locator("blockquote").innerText();
      expect(plainText(document.json.text)).toContain(passage);
    });

    it("reuses an answer, with its tier, similarity and savings", async () => {
      await chat.ask(QUESTION);
      const tokens = (await chat.figure(0, "Tokens")).replace("≈ ", "");
      await chat.ask("how do I reset my password ?");
      await expect.poll(() => chat.badge(1).innerText()).toBe("exact");
      await expect.poll(() => chat.note(1).innerText()).toBe("same question");
      await expect.poll(() => chat.answer(1).innerText()).toBe(await chat.answer(0).innerText());
      expect(await chat.figure(1, "Tokens")).toBe("0");
      expect(await chat.figure(1, "Tokens saved")).toBe(tokens);
      await chat.ask("How can I reset my password?");
      await expect.poll(() => chat.badge(2).innerText()).toMatch(/^semantic 0\.9\d$/);
      await expect.poll(() => chat.note(2).innerText()).toContain(`asked before as “${QUESTION}”`);
      expect(await chat.figure(2, "Similarity")).toMatch(/^0\.9\d{3}$/);
      expect(await chat.figure(2, "Threshold")).toBe("0.9");
      await expect
        .poll(() => chat.turn(2).locator(".figures summary").innerText())
        .toContain(`${tokens} tokens saved`);
      await chat.page
        .getByText(`2 of 3 from the cache · ${tokens} tokens · cost $0 · saved $0`)
        .waitFor();
    });

    it("understands a follow-up in its conversation, and not in a new one", async () => {
      await chat.ask(QUESTION);
      await chat.ask("How long is it valid?");
      await expect.poll(() => chat.badge(1).innerText()).toBe("cache not used");
      await expect.poll(() => chat.note(1).innerText()).toBe("follow-up within this conversation");
      await expect.poll(() => chat.answer(1).innerText()).toContain("1 hour");
      await chat.page.getByRole("button", { name: "New conversation" }).click();
      await expect.poll(() => chat.page.locator(".turn").count()).toBe(0);
      await expect.poll(() => chat.page.locator("#totals").isVisible()).toBe(false);
      await chat.ask("How long is it valid?");
      await expect.poll(() => chat.answer(0).innerText()).not.toContain("1 hour");
    });

    it("does not use the cache on request", async () => {
      await chat.ask(QUESTION);
      await chat.page.getByLabel("Do not use the cache").check();
      await chat.ask(QUESTION);
      await expect.poll(() => chat.badge(1).innerText()).toBe("cache not used");
      await expect.poll(() => chat.note(1).innerText()).toBe("as requested");
    });

    it("offers questions that the documents answer", async () => {
      const offered = chat.page.locator("#suggestions button");
      await offered.first().waitFor();
      const count = await offered.count();
      expect(count).toBeGreaterThan(1);
      for (let place = 0; place < count; place += 1) {
        await offered.nth(place).click();
        await chat.turn(0).locator(".sources").waitFor();
        await chat.page.getByRole("button", { name: "New conversation" }).click();
      }
    });
  });
}
