import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";
import { findChromium } from "../support/chromium.ts";
import { describeAnswers } from "./answers.ts";
import { describeLooks } from "./looks.ts";
import { describeSafety } from "./safety.ts";
import { describeStreams } from "./streams.ts";

const executablePath = findChromium();

describe.skipIf(executablePath === undefined)("the chat page", { timeout: 60_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ ...(executablePath !== undefined && { executablePath }) });
  });
  afterAll(() => browser?.close());

  for (const suite of [describeAnswers, describeStreams, describeSafety, describeLooks]) {
    suite(() => browser);
  }
});
