// Builds the parts of dist/ whose sources have changed, by content hash: `npm run build`, and before each
// `npm start`. `--force` builds everything. Plain JavaScript, because it also runs with production
// dependencies only.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = process.cwd();
const BUILT = join("dist", ".built.json");

const SCRIPTS = import.meta.dirname;

/** The parts: sources, output and build commands. The compiler only checks types, incrementally. */
const PARTS = [
  {
    name: "server",
    sources: ["src", "tsconfig.json", "tsconfig.build.json", "package-lock.json"],
    scripts: ["bundle.mjs", "text-table.mjs"],
    output: "dist/main.js",
    commands: [
      [join(SCRIPTS, "bundle.mjs")],
      [join("node_modules", "typescript/bin/tsc"), "-p", "tsconfig.build.json"],
    ],
  },
  {
    name: "web app",
    sources: ["web", "package-lock.json"],
    scripts: [],
    output: "dist/web/index.html",
    commands: [[join("node_modules", "vite/bin/vite.js"), "build", "web", "--logLevel", "error"]],
  },
];

const begun = performance.now();
const before = readBuilt();
/** Size, modification time and content hash of each file. */
const files = {};
const hashes = Object.fromEntries(PARTS.map((part) => [part.name, hashOf(part)]));
const isForced = process.argv.includes("--force");
const changed = PARTS.filter(
  ({ name, output }) =>
    isForced || before.hashes?.[name] !== hashes[name] || !existsSync(join(ROOT, output)),
);
if (changed.length > 0) {
  const failed = (await Promise.all(changed.map(build))).filter(({ said }) => said !== "");
  for (const { name, said } of failed) {
    process.stderr.write(`Building the ${name} failed:\n${said}\n`);
  }
  if (failed.length > 0) process.exit(1);
  mkdirSync(join(ROOT, "dist"), { recursive: true });
  writeFileSync(join(ROOT, BUILT), JSON.stringify({ hashes, files }));
  const names = changed.map(({ name }) => name).join(" and ");
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  process.stdout.write(`Built the ${names} in ${seconds} s.\n`);
}

/** The hashes of the last build; empty if there was none or it did not finish. */
function readBuilt() {
  try {
    return JSON.parse(readFileSync(join(ROOT, BUILT), "utf8"));
  } catch {
    return {};
  }
}

/** Hash of the names and contents of all files, in a fixed order. */
function hashOf({ sources, scripts }) {
  const hash = createHash("sha256");
  const paths = sources.flatMap(filesOf).sort((a, b) => (a < b ? -1 : 1));
  for (const path of paths) hash.update(`${path}\0${contentOf(join(ROOT, path), path)}\n`);
  for (const name of scripts) hash.update(`${name}\0${contentOf(join(SCRIPTS, name), name)}\n`);
  return hash.digest("hex");
}

/** The hash of a file's content. A file with unchanged size and modification time is not read again. */
function contentOf(path, name) {
  const { size, mtimeMs } = statSync(path);
  const known = before.files?.[name];
  const isSame = known !== undefined && known[0] === size && known[1] === mtimeMs;
  const content = isSame ? known[2] : createHash("sha256").update(readFileSync(path)).digest("hex");
  files[name] = [size, mtimeMs, content];
  return content;
}

function filesOf(source) {
  const path = join(ROOT, source);
  if (!statSync(path).isDirectory()) return [source];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));
}

/** The output of the commands is shown only when one fails. */
async function build({ name, commands }) {
  const said = await Promise.all(commands.map(run));
  return { name, said: said.join("") };
}

/** The output of a failed program; empty on success. */
function run([program, ...options]) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, ...options], { cwd: ROOT });
    let said = "";
    child.stdout.on("data", (data) => (said += data));
    child.stderr.on("data", (data) => (said += data));
    child.on("error", (error) => resolve(String(error)));
    child.on("close", (code) => resolve(code === 0 ? "" : said || `${program} failed`));
  });
}
