import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { SlowFilesFirst } from "./test/support/slow-files-first.ts";

export default defineConfig({
  test: {
    // More than processors: tests wait for browsers, servers and builds, which are processes of their own.
    maxWorkers: 2 * availableParallelism(),
    sequence: { sequencer: SlowFilesFirst },
    // Importing the service takes longer than most files run: a worker keeps its modules. A test undoes what
    // it changes in the process, as it would between two tests of one file.
    isolate: false,
    include: ["test/**/*.test.{ts,tsx}"],
    globalSetup: ["test/support/built-app.ts", "test/support/real-servers.ts"],
    testTimeout: 20_000,
    // Real servers and a browser share a machine with other jobs in CI. The report names tests that needed it.
    retry: process.env["CI"] === undefined ? 0 : 1,
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 60_000,
    coverage: { provider: "v8", include: ["src/**"], exclude: ["src/main.ts"] },
  },
});
