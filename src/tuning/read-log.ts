import type { DocumentStore } from "../knowledge/types.ts";
import type { KnownDocument } from "./evaluate-lookups.ts";
import type { LabelledLookup, LookupSelection, LookupStore } from "./lookup-types.ts";

/** Lookups looked at together; of a larger log the newest. */
const MAX_LOOKUPS = 200_000;
const DOCUMENTS_A_PAGE = 200;

/** The lookups of a selection, oldest first. */
export async function readLookups(
  store: Pick<LookupStore, "all">,
  selection: LookupSelection,
  max: number = MAX_LOOKUPS,
): Promise<readonly LabelledLookup[]> {
  const lookups: LabelledLookup[] = [];
  for await (const lookup of store.all(selection)) {
    lookups.push(lookup);
    if (lookups.length >= 2 * max) lookups.splice(0, lookups.length - max);
  }
  return lookups.slice(-max);
}

/** What the record says of a tenant's documents now, by their ids. */
export async function readDocuments(
  store: Pick<DocumentStore, "list">,
  tenant: string,
): Promise<ReadonlyMap<string, KnownDocument>> {
  const documents = new Map<string, KnownDocument>();
  let cursor: string | undefined;
  do {
    const page = await store.list({ tenant, limit: DOCUMENTS_A_PAGE, cursor });
    for (const document of page.rows) documents.set(document.id, document);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return documents;
}
