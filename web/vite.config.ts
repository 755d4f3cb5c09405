import { defineConfig } from "vite";
import { compressFiles } from "./build/compress-files.ts";

/** Where `npm run dev` listens; `npm run dev:web` sends the API's requests there. */
const SERVER = "http://127.0.0.1:3000";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  plugins: [compressFiles()],
  build: {
    outDir: "../dist/web",
    emptyOutDir: true,
    // Where light-dark() is known.
    target: ["chrome123", "firefox120", "safari17.5"],
    // The policy allows files of this server only: nothing inline, no data: addresses.
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
