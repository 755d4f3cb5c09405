import { existsSync } from "node:fs";
import { chromium, type Browser } from "playwright-core";

const USUAL_PLACES = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/**
 * Finds the browser of the page tests: CHROMIUM_PATH, or the first of the usual paths. Prints a line and
 * returns undefined if there is none.
 *
 * @throws Error without a browser if CI=true: no test may be skipped there
 */
export function findChromium(): string | undefined {
  const given = process.env["CHROMIUM_PATH"] ?? "";
  const found = (given === "" ? USUAL_PLACES : [given]).find((path) => existsSync(path));
  if (found !== undefined) return found;
  const where = given === "" ? "in the usual places" : `at ${given}`;
  const reason = `There is no Chromium ${where}; set CHROMIUM_PATH or install one`;
  if (process.env["CI"] === "true") throw new Error(`${reason}.`);
  console.log(`${reason}: the tests of the web app are skipped.`);
  return undefined;
}

let opened: Promise<Browser> | undefined;

/** One browser for all files of a worker; ends with its process. */
export async function openChromium(executablePath: string | undefined): Promise<Browser> {
  const browser = await opened;
  if (browser?.isConnected() === true) return browser;
  opened = chromium.launch({ ...(executablePath !== undefined && { executablePath }) });
  return opened;
}
