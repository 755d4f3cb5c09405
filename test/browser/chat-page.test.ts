import type { Browser } from "playwright-core";
import { beforeAll, describe } from "vitest";
import { findChromium, openChromium } from "../support/chromium.ts";
import { describeAnswers } from "./answers.ts";
import { describeLooks } from "./looks.ts";
import { describeSafety } from "./safety.ts";
import { describeStreams } from "./streams.ts";

const executablePath = findChromium();

describe.skipIf(executablePath === undefined)("the chat page", { timeout: 60_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openChromium(executablePath);
  });

  for (const suite of [describeAnswers, describeStreams, describeSafety, describeLooks]) {
    suite(() => browser);
  }
});
