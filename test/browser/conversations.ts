import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openChatPage, type ChatPage } from "../support/chat-page.ts";
import { scriptedModel } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";

const HOSTILE = `<img src=x onerror="alert(1)">`;

/** Conversations of before, why an answer, and what readers think of it. */
export function describeConversations(browser: () => Browser): void {
  describe("conversations", () => {
    let server: Awaited<ReturnType<typeof startService>>;
    let chat: ChatPage;
    beforeAll(async () => {
      const model = scriptedModel(() => ({ text: "Lamps burn **until** midnight [1]." }), {
        id: "gpt-4o-mini",
      });
      server = await startService({}, { model });
      const document = { title: "Lamps", text: "# Lamps\n\nLamps burn until midnight. Then dark." };
      await server.call("POST", "/v1/documents", document);
    });
    afterAll(() => server?.close());
    beforeEach(async () => {
      chat = await openChatPage(browser(), server.url);
    });
    afterEach(async () => {
      chat.expectClean();
      await chat.close();
    });

    const listed = () => chat.page.getByRole("complementary").getByRole("listitem");

    it("are listed by title, opened by address, searched and deleted", async () => {
      await chat.ask("How long do lamps burn?");
      const cost = await chat.figure(0, "Cost");
      await listed().getByText("How long do lamps burn?").waitFor();
      const address = chat.page.url();
      expect(address).toMatch(/\/conversations\/conv_/);
      await chat.page.getByRole("button", { name: "New conversation" }).click();
      await chat.page.getByRole("heading", { name: "Ask the documents." }).waitFor();
      await chat.ask(`What of ${HOSTILE}?`);
      await listed().getByText(`What of ${HOSTILE}?`).waitFor();
      await expect.poll(() => chat.page.locator(".chat img").count()).toBe(0);

      await listed().getByText("How long do lamps burn?").click();
      await chat.page.waitForURL(address);
      await chat.answer(0).getByText("Lamps burn until midnight").waitFor();
      await expect
        .poll(() => chat.turn(0).locator("h2").innerText())
        .toBe("How long do lamps burn?");
      await expect.poll(() => chat.badge(0).innerText()).toBe("miss");
      await chat.page.reload();
      await chat.answer(0).getByText("Lamps burn until midnight").waitFor();
      await chat.page.getByText("0 of 1 from the cache").waitFor();
      expect(await chat.figure(0, "Cost")).toBe(cost);

      await chat.page.getByLabel("Search conversations").fill("onerror");
      await expect.poll(() => listed().count()).toBe(1);
      const deletion = chat.page.getByRole("button", { name: `Delete What of ${HOSTILE}?` });
      await listed().first().hover();
      await deletion.click();
      await chat.page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
      await chat.page.getByText("No conversation contains these words.").waitFor();
      await expect
        .poll(() => chat.page.evaluate(`document.activeElement.className`))
        .toBe("conversations");
    });

    it("explain the cache verdict behind an answer's badge", async () => {
      await chat.ask("Which lamps burn until midnight?");
      await chat.ask("which lamps burn until midnight");
      const words = await chat.badge(1).innerText();
      expect(words).toMatch(/^(?:exact|semantic|verified)/);
      await chat
        .turn(1)
        .getByRole("button", { name: `${words}: why?` })
        .click();
      const dialog = chat.page.getByRole("dialog", { name: "Why this answer" });
      await dialog.getByText("Nearest cached questions").waitFor();
      await dialog.getByText("which lamps burn until midnight").first().waitFor();
      await dialog
        .getByText(/^served as /)
        .first()
        .waitFor();
      await chat.page.keyboard.press("Escape");
      await dialog.waitFor({ state: "hidden" });
      const focused = `document.activeElement.getAttribute("aria-label")`;
      await expect.poll(() => chat.page.evaluate(focused)).toBe(`${words}: why?`);
    });

    it("show a cited passage marked in its document", async () => {
      await chat.ask("What is dark?");
      await chat.turn(0).getByRole("button", { name: "Source 1: Lamps" }).click();
      await chat.turn(0).getByRole("button", { name: "Show in the document" }).click();
      const dialog = chat.page.getByRole("dialog", { name: "Lamps" });
      const marked = await dialog.locator("mark").innerText();
      expect(marked).toContain("Lamps burn until midnight.");
      await dialog.getByRole("button", { name: "Close" }).click();
      await dialog.waitFor({ state: "hidden" });
    });

    it("stop serving a cached answer after a thumbs down", async () => {
      await chat.ask("Are lamps good?");
      await chat.ask("are lamps good");
      await expect.poll(() => chat.badge(1).innerText()).toBe("exact");
      const bad = chat.turn(1).getByRole("button", { name: "Bad answer" });
      await bad.click();
      await chat.page.getByText("The cached answer is not served").waitFor();
      expect(await bad.getAttribute("aria-pressed")).toBe("true");
      await chat.turn(1).getByLabel("What was wrong?").fill("They are not.");
      await chat.turn(1).getByRole("button", { name: "Send note" }).click();
      await chat.turn(1).getByLabel("What was wrong?").waitFor({ state: "hidden" });
      const focused = `document.activeElement.getAttribute("aria-label")`;
      expect(await chat.page.evaluate(focused)).toBe("Bad answer");
      await chat.ask("Are lamps good?");
      await expect.poll(() => chat.badge(2).innerText()).toBe("miss");
    });

    it("regenerate an answer on request", async () => {
      await chat.ask("What is a lamp?");
      await chat.turn(0).getByRole("button", { name: "Regenerate" }).click();
      await expect.poll(() => chat.badge(0).innerText()).toBe("regenerated");
      await chat.turn(0).locator(".figures").waitFor();
      await expect.poll(() => chat.page.locator(".turn").count()).toBe(1);
    });
  });
}
