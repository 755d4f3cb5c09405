import type { AnswerEntry } from "./types.ts";

/** Which entries were made from which document. */
export interface Dependants {
  add(entry: AnswerEntry): void;
  remove(entry: AnswerEntry): void;
  of(document: { tenant: string; documentId: string }): readonly AnswerEntry[];
}

const documentKey = (tenant: string, documentId: string) => JSON.stringify([tenant, documentId]);
const entryKey = ({ scope, id }: AnswerEntry) => `${scope}:${id}`;

/** An index that finds a document's entries without looking at the others. */
export function createDependants(): Dependants {
  const byDocument = new Map<string, Map<string, AnswerEntry>>();
  return {
    add(entry) {
      for (const { documentId } of entry.evidence) {
        const key = documentKey(entry.tenant, documentId);
        const own = byDocument.get(key) ?? new Map<string, AnswerEntry>();
        byDocument.set(key, own.set(entryKey(entry), entry));
      }
    },
    remove(entry) {
      for (const { documentId } of entry.evidence) {
        const key = documentKey(entry.tenant, documentId);
        const own = byDocument.get(key);
        own?.delete(entryKey(entry));
        if (own?.size === 0) byDocument.delete(key);
      }
    },
    of: ({ tenant, documentId }) => [
      ...(byDocument.get(documentKey(tenant, documentId))?.values() ?? []),
    ],
  };
}
