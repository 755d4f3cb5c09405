import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";
import { findChromium } from "../support/chromium.ts";
import { describeConversations } from "./conversations.ts";
import { describeDocuments } from "./documents.ts";
import { describeHealth } from "./health.ts";
import { describeEveryPage } from "./every-page.ts";
import { describeKeys } from "./keys.ts";

const executablePath = findChromium();

describe.skipIf(executablePath === undefined)("the app's pages", { timeout: 60_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ ...(executablePath !== undefined && { executablePath }) });
  });
  afterAll(() => browser?.close());

  for (const suite of [
    describeConversations,
    describeDocuments,
    describeHealth,
    describeKeys,
    describeEveryPage,
  ]) {
    suite(() => browser);
  }
});
