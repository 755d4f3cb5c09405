/**
 * Time to ingest 1,000 generated pages, and to ingest them again. Run with `npm run bench:ingest`.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inlineDocumentReader } from "../src/knowledge/document-reader.ts";
import { createIngest, type IngestDependencies } from "../src/knowledge/ingest.ts";
import { createMemoryPassages } from "../src/knowledge/memory-passages.ts";
import { createBuiltinEmbeddings } from "../src/models/builtin-embeddings.ts";
import { openDatabase } from "../src/records/database.ts";
import { createSqlDocuments } from "../src/records/sql-documents.ts";
import { makePages, type Page } from "./support/make-pages.ts";
import { percentile } from "./support/percentile.ts";

const TENANT = "bench";
const PAGES = 1_000;
const METHOD = `Method: ${PAGES} generated pages (seed 1) with the builtin embeddings, SQLite in a file and the index in this process.
Each page is put as new, put again unchanged, put with a changed last section, removed, and put as new again, so the index
grows. Ratios are medians of the ratios within a page, to its first put. The parts of a first put are timed around their
calls; the rest is reading, splitting and waiting. Wall time in milliseconds.`;

/** Milliseconds per part since the last reading. */
type Parts = Record<"embed" | "record" | "index", number>;

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "reprise-bench-"));
  const spent: Parts = { embed: 0, record: 0, index: 0 };
  const dependencies = timeParts(await openDependencies(folder), spent);
  const ingest = createIngest(dependencies);
  const times = new Map<string, number[]>();
  const put = async ({ id, title, text }: Page) => {
    await ingest.put({ tenant: TENANT, document: { id, title, text, source: null } });
  };
  const timed = async (name: string, work: () => Promise<unknown>) => {
    const begin = performance.now();
    await work();
    add(times, name, performance.now() - begin);
  };

  const pages = makePages(PAGES);
  for (const [place, page] of pages.entries()) {
    const other = pages[(place + 1) % PAGES] ?? page;
    Object.assign(spent, { embed: 0, record: 0, index: 0 });
    await timed("new", () => put(page));
    for (const [name, milliseconds] of Object.entries(spent)) add(times, `  ${name}`, milliseconds);
    await timed("unchanged", () => put(page));
    await timed("last section replaced", () => put({ ...page, text: withSection(page, other) }));
    await timed("removed", () => ingest.remove({ tenant: TENANT, documentId: page.id }));
    await put(page);
  }
  report(times, await dependencies.passages.count(TENANT));
  await dependencies.documents.close();
  await rm(folder, { recursive: true });
}

async function openDependencies(folder: string): Promise<IngestDependencies> {
  const model = join(import.meta.dirname, "../data/models/builtin");
  const embedder = await createBuiltinEmbeddings({ folder: model });
  return {
    documents: createSqlDocuments(await openDatabase(folder)),
    passages: createMemoryPassages({ dimensions: embedder.dimensions }),
    embedder,
    reader: inlineDocumentReader,
    removeAnswersOf: async () => 0,
    now: () => Date.now(),
  };
}

/** Wraps the dependencies and adds the time of their calls to `spent`. */
function timeParts(dependencies: IngestDependencies, spent: Parts): IngestDependencies {
  const { documents, passages, embedder } = dependencies;
  async function timed<Value>(part: keyof Parts, work: () => Promise<Value>): Promise<Value> {
    const begin = performance.now();
    try {
      return await work();
    } finally {
      spent[part] += performance.now() - begin;
    }
  }
  return {
    ...dependencies,
    documents: { ...documents, put: (write) => timed("record", () => documents.put(write)) },
    passages: {
      ...passages,
      replaceDocument: (document) => timed("index", () => passages.replaceDocument(document)),
    },
    embedder: {
      ...embedder,
      embed: (texts, options) => timed("embed", () => embedder.embed(texts, options)),
    },
  };
}

/** The page with its last section replaced by that of another page. */
function withSection({ text }: Page, other: Page): string {
  const place = (page: string) => page.lastIndexOf("## ");
  return text.slice(0, place(text)) + other.text.slice(place(other.text));
}

function add(times: Map<string, number[]>, name: string, milliseconds: number): void {
  const values = times.get(name) ?? [];
  values.push(milliseconds);
  times.set(name, values);
}

function report(times: ReadonlyMap<string, readonly number[]>, passages: number): void {
  const first = times.get("new") ?? [];
  const seconds = first.reduce((sum, value) => sum + value, 0) / 1000;
  const rate = Math.round(passages / seconds);
  console.log(METHOD);
  console.log(
    `\n${PAGES} pages, ${passages} passages; first puts together ${seconds.toFixed(2)} s`,
  );
  console.log(`(${Math.round(PAGES / seconds)} pages or ${rate} passages per second)`);
  for (const [name, values] of times) {
    const ratios = values.map((value, index) => value / (first[index] ?? 1));
    const [p50, p95] = [0.5, 0.95].map((share) => percentile(values, share).toFixed(3));
    const ratio = percentile(ratios, 0.5).toFixed(2);
    console.log(`  ${name.padEnd(22)} p50 ${p50}  p95 ${p95}  of new ${ratio}`);
  }
}

await main();
