// Bundles src/ and the packages that a first answer needs into dist/: a few files load several times
// faster than the thousand modules behind them. Run by build.mjs, in the folder of the project.
import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import { createTable, writeTable } from "./text-table.mjs";

/** Programs, and modules that are started by their path. */
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
 * The table of letter statistics has 80,000 small objects, which take longer to make than all other code
 * takes to load. A text asks for some thirty of them, so they stay text, in a file of their own.
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

/** JSON is parsed faster than the same text as code; other modules of a package are left as they are. */
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
// One folder: paths that start from a module's own are the same for each file.
await bundle.write({
  dir: DIST,
  format: "esm",
  entryFileNames: "[name].js",
  chunkFileNames: "chunk-[name].js",
  sourcemap: true,
  sourcemapExcludeSources: true,
  // Names stay as they are written: stacks and errors show them.
  minify: { mangle: false, compress: false, codegen: { removeWhitespace: true } },
});
await bundle.close();

/** The web app has a folder of its own, and the compiler its notes. */
async function removeOldServer() {
  const names = await readdir(DIST).catch(() => []);
  const old = names.filter((name) => name !== "web" && !name.startsWith("."));
  await Promise.all(old.map((name) => rm(join(DIST, name), { recursive: true, force: true })));
}
