import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");

/** `npm run report`, over a database with nothing in it. */
function report(...args: string[]): Promise<{ code: number; out: string; said: string }> {
  const env = { PATH: process.env["PATH"] ?? "", DATA_DIR: ":memory:" };
  const command = ["dist/report.js", ...args];
  return new Promise((done) => {
    const child = execFile(process.execPath, command, { cwd: ROOT, env }, (_error, out, said) =>
      done({ code: child.exitCode ?? -1, out, said: said.trim() }),
    );
  });
}

describe("npm run report", () => {
  it.each([
    [["2026-02-30"], "2026-02-30 is not a date such as 2026-11-01"],
    [["2026-11-30", "2026-11-01"], "2026-11-01 is before 2026-11-30"],
    [["2026-11-01", "2026-11-30", "Mars"], "Mars is not a time zone such as Europe/Vienna"],
  ])("refuses %j", async (args, problem) => {
    expect(await report(...args)).toMatchObject({ code: 2, out: "", said: problem });
  });

  it("says that there were no requests", async () => {
    const { code, out } = await report("2026-11-01", "2026-11-30", "Europe/Vienna");
    expect([code, out.trim()]).toEqual([0, "There are no requests in this period."]);
  });
});
