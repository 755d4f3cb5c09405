import { defineConfig } from "vite";
import { compressFiles } from "./build/compress-files.ts";

/** The address of `npm run dev`; `npm run dev:web` proxies API requests to it. */
const SERVER = "http://127.0.0.1:3000";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [compressFiles()],
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    // Browsers that support light-dark().
    target: ["chrome123", "firefox120", "safari17.5"],
    // The content security policy allows only files of this server: nothing inline, no data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    proxy: {
      "/v1": { target: SERVER, ws: true },
      "^/(readyz|livez|metrics|openapi.json)": SERVER,
    },
  },
});
