import type { Browser } from "playwright-core";
import { describe, expect, it } from "vitest";
import { startOwnRedis } from "../support/redis.ts";
import { startOnRedis } from "../support/redis-service.ts";
import { startService } from "../support/start-service.ts";
import { openWebPage } from "../support/web-page.ts";

/** The state of the service, for people. */
export function describeHealth(browser: () => Browser): void {
  describe("health", () => {
    it("shows the parts, the stages and the results of answers", async () => {
      const server = await startService({ KNOWLEDGE_DIR: "" });
      const web = await openWebPage(browser(), `${server.url}/health`);
      await web.page.getByText("No answers since the start").waitFor();
      const question = { message: "How do I reset my password?" };
      await server.call("POST", "/v1/chat", question);
      await server.call("POST", "/v1/chat", question);
      await web.page.reload();
      await web.page.getByText("ready", { exact: true }).waitFor();
      const stages = web.page.getByRole("table", { name: "Time by stage" });
      await expect
        .poll(() => stages.getByRole("rowheader").allInnerTexts())
        .toEqual([
          "Resolve the follow-up",
          "Embed",
          "Look up",
          "Retrieve passages",
          "Model",
          "Total",
        ]);
      const answers = web.page.getByRole("table", { name: "Answers since the start" });
      await expect
        .poll(async () => (await answers.getByRole("rowheader").allInnerTexts()).toSorted())
        .toEqual(["hit, exact", "miss"]);
      web.expectClean();
      await web.close();
      await server.close();
    });

    it("says that Redis is unavailable, and what to do", async (context) => {
      const redis = (await startOwnRedis()) ?? context.skip("no redis-server program");
      const { url } = await startOnRedis(redis.url);
      const web = await openWebPage(browser(), `${url}/health`);
      const parts = web.page.locator(".parts");
      await parts.getByText("redis").waitFor();
      await redis.kill();
      await parts.getByText("away").waitFor();
      await parts.getByText("Check that Redis is running").waitFor();
      web.expectClean();
      await web.close();
    });
  });
}
