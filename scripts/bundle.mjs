// Bundles src/ and the packages that a first answer needs into dist/. A few files load several times faster
// than a thousand modules. Run by build.mjs, in the project folder.
import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import { createTable, writeTable } from "./text-table.mjs";

/** Programs, and modules that are started by path. */
const ENTRIES = {
  main: "src/main.ts",
  report: "src/report.ts",
  "document-worker": "src/knowledge/document-worker.ts",
};

/** Stays in node_modules: native code, data read by path, optional packages, and readers of rare file types. */
const EXTERNAL = [
  /^node:/,
  /^(?:libsql|pg)$/,
  /^gpt-tokenizer(?:\/|$)/,
  /^(?:@e965\/xlsx|@mozilla\/readability|chardet|linkedom|mammoth|postal-mime|unpdf|yauzl)$/,
  /^csv-parse\//,
];

/**
 * The table of letter statistics has 80,000 small objects. Creating them takes longer than loading all other
 * code, and a text needs about thirty of them. So the table stays text in a separate file.
 */
const tableAsText = {
  name: "table-as-text",
  transform: {
    filter: { id: /eld\/src\/ngrams\/\w+\.js$/ },
    async handler(_code, id) {
      const { ngramsData } = await import(pathToFileURL(id).href);
      const { ngrams, ...rest } = ngramsData;
      this.emitFile({ type: "asset", fileName: "ngrams.txt", source: writeTable(ngrams) });
      const code = `
        import { readFileSync } from "node:fs";
        const read = () => readFileSync(new URL("ngrams.txt", import.meta.url), "utf8");
        ${createTable.toString()}
        export const ngramsData = { ...${JSON.stringify(rest)}, ngrams: createTable(read) };`;
      return { code, map: null };
    },
  },
};

/** JSON is parsed faster than the same data as code. Other modules of a package are left unchanged. */
const dataAsJson = {
  name: "data-as-json",
  transform: {
    filter: { id: /node_modules\/mime-db\/db\.json$/ },
    handler: (code) => ({
      code: `module.exports = JSON.parse(${JSON.stringify(JSON.stringify(JSON.parse(code)))});`,
      map: null,
      moduleType: "js",
    }),
  },
};

const DIST = join(process.cwd(), "dist");

const bundle = await rolldown({
  cwd: process.cwd(),
  input: Object.fromEntries(Object.entries(ENTRIES).filter(([, path]) => existsSync(path))),
  platform: "node",
  external: EXTERNAL,
  tsconfig: "tsconfig.json",
  plugins: [tableAsText, dataAsJson],
});
await removeOldServer();
// All files are in one folder, so relative paths are the same from each of them.
await bundle.write({
  dir: DIST,
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: "chunk-[name].js",
  sourcemap: true,
  sourcemapExcludeSources: true,
  // Names are not mangled: stack traces and errors show them.
  minify: { mangle: false, compress: false, codegen: { removeWhitespace: true } },
});
await bundle.close();

/** Keeps dist/web/ (the web app) and dot files (build info). */
async function removeOldServer() {
  const names = await readdir(DIST).catch(() => []);
  const old = names.filter((name) => name !== "web" && !name.startsWith("."));
  await Promise.all(old.map((name) => rm(join(DIST, name), { recursive: true, force: true })));
}
