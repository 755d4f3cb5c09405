import type { Browser } from "playwright-core";
import { beforeAll, describe } from "vitest";
import { findChromium, openChromium } from "../support/chromium.ts";
import { describeConversations } from "./conversations.ts";
import { describeDocuments } from "./documents.ts";
import { describeHealth } from "./health.ts";
import { describeEveryPage } from "./every-page.ts";
import { describeKeys } from "./keys.ts";

const executablePath = findChromium();

describe.skipIf(executablePath === undefined)("the app's pages", { timeout: 60_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openChromium(executablePath);
  });

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
