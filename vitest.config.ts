import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/built-app.ts", "test/support/real-servers.ts"],
    testTimeout: 20_000,
    expect: { poll: { timeout: 10_000 } },
    hookTimeout: 60_000,
    coverage: { provider: "v8", include: ["src/**"], exclude: ["src/main.ts"] },
  },
});
