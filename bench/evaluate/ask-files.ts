import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { RepriseError } from "../../src/errors.ts";
import { passageContext } from "../../src/knowledge/passage-text.ts";
import { splitDocument } from "../../src/knowledge/split.ts";
import type { DocumentInput } from "../../src/knowledge/types.ts";
import { createWorkerDocumentReader } from "../../src/knowledge/worker-document-reader.ts";
import type { Columns } from "./columns.ts";
import type { ExpectedFileRow, FileQuestionRow } from "./rows.ts";
import { TENANT } from "./service.ts";
import type { System } from "./system.ts";

/** A folder of files, the expected result of each, and questions about them. */
export interface FileSet {
  readonly folder: string;
  readonly expected: readonly ExpectedFileRow[];
  readonly questions: readonly FileQuestionRow[];
}

/** Maximum rank of a passage with the answer. */
const RANKS = 5;

/**
 * Reads each file as an upload. One row each: accepted or rejected as expected, number of required and
 * forbidden texts, and how many of them are correct.
 */
export async function askFiles(set: FileSet, system: System): Promise<Columns> {
  const read = await readFiles(set, system);
  const rows = set.expected.map((row) => {
    const document = read.get(row.file);
    const isAccepted = document !== undefined;
    const asExpected = isAccepted === row.accept || row.optional;
    if (document === undefined) return [asExpected ? 1 : 0, 0, 0, 0, 0];
    const text = comparable(passagesOf(document).join("\n"));
    const held = row.must_contain.filter((each) =>
      text.toLowerCase().includes(comparable(each).toLowerCase()),
    );
    const kept = row.must_not_contain.filter((each) => isKeptOut(each, text, row));
    const counts = [row.must_contain.length, held.length, row.must_not_contain.length, kept.length];
    return [asExpected ? 1 : 0, ...counts];
  });
  return [0, 1, 2, 3, 4].map((column) => rows.map((row) => row[column] ?? 0));
}

/** One row each: 1 if the first passages of the file contain all facts. */
export async function askFileQuestions(set: FileSet, system: System): Promise<Columns> {
  const read = await readFiles(set, system);
  const service = await system.openService({ corpus: [...read.values()] });
  await system.vectors.prepare(set.questions.map(({ question }) => question));
  const found: number[] = [];
  for (const { question: text, file, facts } of set.questions) {
    const vector = system.vectors.of(text);
    const { passages } = await service.retrieve({
      tenant: TENANT,
      text,
      vector,
      limit: RANKS,
    });
    const own = passages
      .filter(({ passage }) => passage.documentId === idOf(file, set))
      .map(({ passage }) => passageContext(passage))
      .join("\n");
    found.push(facts.every((fact) => fact.test(own)) ? 1 : 0);
  }
  await service.close();
  return [found];
}

/** Accepted files by name. */
async function readFiles(set: FileSet, { config }: System): Promise<Map<string, DocumentInput>> {
  const reader = createWorkerDocumentReader(config);
  const read = new Map<string, DocumentInput>();
  try {
    for (const { file } of set.expected) {
      const bytes = new Uint8Array(await readFile(join(set.folder, file)));
      try {
        const { title, text, places } = await reader.read({ bytes, fileName: file });
        read.set(file, { id: idOf(file, set), title, text, places, source: file });
      } catch (error) {
        if (!(error instanceof RepriseError)) throw error;
      }
    }
  } finally {
    await reader.close();
  }
  return read;
}

function idOf(file: string, { expected }: FileSet): string {
  return `file-${expected.findIndex((row) => row.file === file)}`;
}

function passagesOf(document: DocumentInput): string[] {
  return splitDocument(document).map(passageContext);
}

/** One occurrence of a running header or footer is tolerated. */
function isKeptOut(text: string, content: string, { why }: ExpectedFileRow): boolean {
  const count = content.split(comparable(text)).length - 1;
  return count <= (/\bheader and footer\b/.test(why) ? 1 : 0);
}

function comparable(text: string): string {
  return text.normalize("NFC").replace(/\s+/g, " ");
}
