import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openChatPage, type ChatPage } from "../support/chat-page.ts";
import { scriptedModel, type Script } from "../support/scripted-model.ts";
import { startService } from "../support/start-service.ts";

const WORDS = "The first half and the second half.";
const FIRST_WORDS = 3;

/** What the page does while an answer comes, with a model that waits, fails and stops on demand. */
export function describeStreams(browser: () => Browser): void {
  describe("during an answer", () => {
    let server: Awaited<ReturnType<typeof startService>>;
    let chat: ChatPage;
    let script: Script;
    beforeAll(async () => {
      const model = scriptedModel(() => script, { id: "gpt-4o-mini" });
      server = await startService({}, { model });
    });
    afterAll(() => server?.close());
    beforeEach(async () => {
      chat = await openChatPage(browser(), server.url);
    });
    afterEach(() => chat.close());

    /** An answer that waits after its first words. */
    function held() {
      let release: () => void = () => {};
      const gate = new Promise<void>((resolve) => (release = resolve));
      script = {
        text: WORDS,
        beforeWord: async (place) => (place < FIRST_WORDS ? undefined : gate),
      };
      return () => release();
    }

    const isClean = () => expect(chat.problems).toEqual([]);
    const shown = () => chat.turn(0).getByText("The first half");

    it("streams the text, then shows the cost", async () => {
      const release = held();
      script = { ...script, usage: { input_tokens: 812, output_tokens: 164, total_tokens: 976 } };
      await chat.send("What comes in halves?");
      await shown().waitFor();
      await expect.poll(() => chat.answer(0).innerText()).toBe("The first half");
      await expect
        .poll(() => chat.page.getByRole("button", { name: "Send" }).isVisible())
        .toBe(false);
      release();
      await chat.turn(0).locator(".figures").waitFor();
      await expect.poll(() => chat.answer(0).innerText()).toBe(WORDS);
      await expect
        .poll(() => chat.page.getByRole("button", { name: "Stop" }).isVisible())
        .toBe(false);
      expect(await chat.figure(0, "Tokens")).toBe("976");
      const { json } = await server.call("POST", "/v1/chat", { message: "What comes in halves?" });
      expect(json.cost.saved).not.toBe("0.000000000");
      expect(await chat.figure(0, "Cost")).toBe(`$${json.cost.saved.replace(/0{1,7}$/, "")}`);
      isClean();
    });

    it.each(["the button", "Escape"])("stops by %s, keeps the part and goes on", async (way) => {
      const release = held();
      await chat.send(`What is stopped by ${way}?`);
      await shown().waitFor();
      if (way === "Escape") await chat.page.keyboard.press("Escape");
      else await chat.page.getByRole("button", { name: "Stop" }).click();
      await chat.turn(0).getByText("stopped by you").waitFor();
      release();
      await expect.poll(() => chat.answer(0).innerText()).toBe("The first half");
      script = { text: "All of it." };
      await chat.ask("And what is whole?");
      await expect.poll(() => chat.answer(1).innerText()).toBe("All of it.");
      isClean();
    });

    it("keeps the next question during an answer", async () => {
      const release = held();
      await chat.send("What takes a while?");
      await shown().waitFor();
      await chat.send("What is next?");
      await expect.poll(() => chat.page.locator(".turn").count()).toBe(1);
      release();
      await chat.turn(0).locator(".figures").waitFor();
      expect(await chat.page.getByLabel("Your question").inputValue()).toBe("What is next?");
      isClean();
    });

    it("resumes a cut stream and shows every word once", async () => {
      const release = held();
      await chat.send("What is cut?");
      await shown().waitFor();
      server.dropConnections();
      await chat.turn(0).getByText("the connection was lost, trying again").waitFor();
      release();
      await chat.turn(0).locator(".figures").waitFor();
      await expect.poll(() => chat.answer(0).innerText()).toBe(WORDS);
      await expect.poll(() => chat.page.locator(".problem").count()).toBe(0);
    });

    it("uses a WebSocket, or server-sent events without one", async () => {
      const asked = (page: Page) => page.waitForRequest((request) => request.method() === "POST");
      const sockets: string[] = [];
      const over = await openChatPage(browser(), server.url, {}, async (page) => {
        page.on("websocket", (socket) => sockets.push(new URL(socket.url()).pathname));
        page.on("request", (request) => sockets.push(request.method()));
      });
      script = { text: WORDS };
      await over.ask("What comes over a socket?");
      expect(sockets).toContain("/v1/ws");
      expect(sockets).not.toContain("POST");
      await over.close();

      const without = await openChatPage(browser(), server.url, {}, (page) =>
        page.routeWebSocket("**/v1/ws", (socket) => socket.close()),
      );
      const release = held();
      const request = asked(without.page);
      await without.send("What comes by events?");
      expect(new URL((await request).url()).pathname).toBe("/v1/chat");
      await without.turn(0).getByText("The first half").waitFor();
      server.dropConnections();
      await without.turn(0).getByText("the connection was lost, trying again").waitFor();
      release();
      await without.turn(0).locator(".figures").waitFor();
      await expect.poll(() => without.answer(0).innerText()).toBe(WORDS);
      await without.close();
    });

    it("resumes after a reload, in a new conversation and in its next turn", async () => {
      for (const place of [0, 1]) {
        const release = held();
        await chat.send(`What outlives reload ${place}?`);
        await chat.turn(place).getByText("The first half").waitFor();
        await chat.page.waitForURL(/conversations/);
        // The server has none of it in the record yet.
        await chat.page.reload();
        await chat.turn(place).getByText("The first half").waitFor();
        await expect.poll(() => chat.page.locator(".turn").count()).toBe(place + 1);
        release();
        await chat.turn(place).locator(".figures").waitFor();
        expect(await chat.answer(place).innerText()).toBe(WORDS);
      }
      await chat.page.getByText("0 of 2 from the cache").waitFor();
      await chat.page.reload();
      await chat.turn(1).locator(".figures").waitFor();
      await expect.poll(() => chat.page.locator(".turn").count()).toBe(2);
      await chat.page.getByText("0 of 2 from the cache").waitFor();
      // Once in a record that is not there yet.
      expect(chat.problems.every((problem) => problem.includes("404"))).toBe(true);
    });

    it("can be retried after it failed before a reload", async () => {
      // What came before a failure would be in the transcript: here nothing came.
      script = { text: WORDS, error: new Error("down") };
      await chat.send("What fails before a reload?");
      await chat.turn(0).getByRole("alert").waitFor();
      await chat.page.reload();
      const alert = chat.turn(0).getByRole("alert");
      await alert.waitFor();
      script = { text: WORDS };
      await alert.getByRole("button", { name: "Try again" }).click();
      await chat.turn(0).locator(".figures").waitFor();
      await expect.poll(() => chat.answer(0).innerText()).toBe(WORDS);
    });

    it("suggests the next step for a missing conversation", async () => {
      const none = await openChatPage(browser(), `${server.url}/conversations/conv_none`);
      await none.page.getByRole("heading", { name: "Conversation not found" }).waitFor();
      const begin = none.page.locator("#page").getByRole("button", { name: "New conversation" });
      await begin.last().click();
      await none.page.getByRole("heading", { name: "Ask the documents." }).waitFor();
      await none.close();
    });

    it("reports an unreachable server, and offers a retry", async () => {
      const release = held();
      const other = await startService({}, { model: scriptedModel(() => script) });
      const lost = await openChatPage(browser(), other.url);
      await lost.send("What is lost?");
      await lost.turn(0).getByText("The first half").waitFor();
      release();
      await other.close();
      const alert = lost.turn(0).getByRole("alert");
      await alert.getByText("The connection was lost before the answer was complete.").waitFor();
      await expect.poll(() => lost.answer(0).innerText()).toContain("The first half");
      await alert.getByRole("button", { name: "Try again" }).click();
      await alert.getByText("The server could not be reached.").waitFor();
      await lost.close();
    });

    it("shows the service's message when the model fails, and retries on request", async () => {
      script = { text: WORDS, error: new Error("down"), failAfterWords: FIRST_WORDS };
      await chat.send("What fails once?");
      const alert = chat.turn(0).getByRole("alert");
      await alert.waitFor();
      await expect.poll(() => alert.innerText()).not.toContain("down");
      await expect.poll(() => chat.answer(0).innerText()).toBe("The first half");
      script = { text: WORDS };
      await alert.getByRole("button", { name: "Try again" }).click();
      await chat.turn(0).locator(".figures").waitFor();
      await expect.poll(() => chat.answer(0).innerText()).toBe(WORDS);
      await expect.poll(() => chat.page.locator(".turn").count()).toBe(1);
      isClean();
    });

    describe("longer than the page", () => {
      const LINES = Array.from({ length: 80 }, (_none, line) => `Line ${line}.`).join("\n\n");
      const top = () => chat.page.evaluate("Math.round(window.scrollY)");

      it("keeps the question in view", async () => {
        script = { text: LINES };
        for (const question of ["What is long?", "And what is longer?"]) {
          const place = await chat.ask(question);
          const heading = chat.turn(place).locator("h2");
          await expect.poll(async () => (await heading.boundingBox())?.y).toBeCloseTo(16, -1);
        }
      });

      it("does not scroll after the reader has scrolled", async () => {
        script = { text: LINES };
        await chat.ask("What is very long?");
        const release = held();
        script = { ...script, text: `Now the first words. ${LINES}` };
        await chat.send("And what comes slowly?");
        await chat.turn(1).getByText("Now the first").waitFor();
        await expect.poll(top).toBeGreaterThan(500);
        await chat.page.evaluate("window.scrollTo(0, 100)");
        await expect.poll(top).toBe(100);
        release();
        await chat.turn(1).locator(".figures").waitFor();
        expect(await top()).toBe(100);
      });
    });

    it("reports that an answer was cut at the model's limit", async () => {
      script = { text: WORDS, finishReason: "length" };
      await chat.ask("What is too long?");
      await expect
        .poll(() => chat.note(0).innerText())
        .toContain("cut at the model's length limit");
      isClean();
    });
  });
}
