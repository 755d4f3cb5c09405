import { createHash } from "node:crypto";
import type { RediSearchSchema } from "redis";
import type { Clock } from "../operations/types.ts";
import type { RedisConnection } from "../redis/connection.ts";
import { MissingIndex } from "../redis/hash-vector-store.ts";
import { documentTag, idTag } from "../redis/redis-keys.ts";
import { ENTRY_FIELDS, parseEntry } from "./answer-hash.ts";
import { readCursor, toCursor } from "../operations/list-cursor.ts";
import { documentsOf, LIST_PLACE, searchedWords, wordsOfEntry } from "./select-answers.ts";
import type { AnswerEntry, AnswerListing, AnswerSelection, AnswerStore } from "./types.ts";

/** Entries removed per step; a step blocks Redis. */
const BATCH = 500;
/** Timeout of one step, in milliseconds; listings do not delay answers. */
const DEADLINE_MS = 5_000;
/** Distinct places within one millisecond, so that a page can end between its entries. */
const PLACES_A_MILLISECOND = 1_000;

/** The index rejects an empty tag; no encoded tag has this value. */
const NO_TAG = "%";

/** Index fields for listings, besides scope and vector. */
export const LISTING_SCHEMA: RediSearchSchema = {
  tenant: { type: "TAG", CASESENSITIVE: true },
  id: { type: "TAG", CASESENSITIVE: true },
  conversation: { type: "TAG", CASESENSITIVE: true },
  document: { type: "TAG", CASESENSITIVE: true, SEPARATOR: "," },
  words: { type: "TAG", CASESENSITIVE: true, SEPARATOR: " " },
  place: { type: "NUMERIC", SORTABLE: true },
  expires: { type: "NUMERIC" },
};

/** The hash fields of an entry that listings use. */
export function listingFields(entry: AnswerEntry): Record<string, string> {
  const { tenant, id, conversationId, createdAt, expiresAt } = entry;
  const digest = createHash("sha256").update(id).digest();
  const fraction = digest.readUInt16BE(0) % PLACES_A_MILLISECOND;
  return {
    tenant: idTag(tenant),
    id: idTag(id),
    conversation: conversationId === null ? "" : idTag(conversationId),
    document: documentsOf(entry).map(documentTag).join(","),
    words: wordsOfEntry(entry).join(" "),
    place: String(createdAt * PLACES_A_MILLISECOND + fraction),
    expires: String(expiresAt),
  };
}

/** Dependencies of the listings. */
export interface ListingOptions {
  readonly connection: RedisConnection;
  readonly indexName: string;
  readonly now: Clock;
  readonly onLost?: (() => void) | undefined;
}

type Listing = Pick<AnswerStore, "find" | "list" | "count" | "removeAll">;

interface Filter {
  readonly query: string;
  readonly PARAMS: Record<string, string>;
}

/** Lists a tenant's answers through the index, without scanning keys. */
export function createRedisAnswerListing(options: ListingOptions): Listing {
  const { now } = options;
  const search = (filter: Filter, from: number, size: number) =>
    searchEntries(options, filter, { from, size });

  async function removeSome(filter: Filter): Promise<number> {
    const { connection, indexName } = options;
    const keys = await unlessMissing(options, async () => {
      const found = await connection.run(
        (client) =>
          client.ft.searchNoContent(indexName, filter.query, {
            PARAMS: filter.PARAMS,
            LIMIT: { from: 0, size: BATCH },
            DIALECT: 2,
          }),
        { deadlineMs: DEADLINE_MS },
      );
      return found.documents;
    });
    if (keys.length === 0) return 0;
    return connection.run((client) => client.del(keys), { deadlineMs: DEADLINE_MS });
  }

  return {
    async find({ tenant, id }) {
      if (id === "") return undefined;
      const { query, PARAMS } = filterOf({ tenant }, now());
      const filter = { query: `${query} @id:{$id}`, PARAMS: { ...PARAMS, id: idTag(id) } };
      return (await search(filter, 0, 1)).entries[0]?.entry;
    },

    async list(listing) {
      const words = listing.text === undefined ? undefined : searchedWords(listing.text);
      if (words?.length === 0) return { rows: [], nextCursor: null };
      const { place, seen } = readPlace(listing);
      const filter = listingFilter(listing, { words: words ?? [], place, now: now() });
      const found = await search(filter, 0, listing.limit + seen.length + 1);
      const rest = found.entries.filter(({ entry }) => !seen.includes(entry.id));
      const shown = rest.slice(0, listing.limit);
      const last = shown.at(-1);
      const rows = shown.map(({ entry }) => entry);
      if (last === undefined || rest.length <= listing.limit) return { rows, nextCursor: null };
      const same = shown.filter((row) => row.place === last.place).map(({ entry }) => entry.id);
      const before = last.place === place ? seen : [];
      return { rows, nextCursor: toCursor([last.place, [...before, ...same].join(" ")]) };
    },

    async count(selection) {
      return (await search(filterOf(selection, now()), 0, 0)).total;
    },

    async removeAll(selection) {
      const filter = filterOf(selection, now());
      let removed = 0;
      for (;;) {
        const some = await removeSome(filter);
        if (some === 0) return removed;
        removed += some;
      }
    },
  };
}

/** The last page may have ended among entries of the same place; `seen` holds those already listed. */
function readPlace({ cursor }: AnswerListing): { place: number; seen: readonly string[] } {
  if (cursor === undefined) return { place: Infinity, seen: [] };
  const [place, seen] = readCursor(cursor, LIST_PLACE);
  return { place, seen: seen.split(" ") };
}

function listingFilter(
  listing: AnswerListing,
  { words, place, now }: { words: readonly string[]; place: number; now: number },
): Filter {
  const { query, PARAMS } = filterOf(listing, now);
  const wanted = words.map((_word, index) => ` @words:{$word${index}}`).join("");
  const until = place === Infinity ? "+inf" : String(place);
  return {
    query: `${query}${wanted} @place:[-inf ${until}]`,
    PARAMS: {
      ...PARAMS,
      ...Object.fromEntries(words.map((word, index) => [`word${index}`, word])),
    },
  };
}

/** Values are passed as parameters, which prevents query injection. */
function filterOf(
  { tenant, documentId, conversationId, expiresBefore }: AnswerSelection,
  now: number,
): Filter {
  const wanted: [field: string, value: string][] = [["tenant", idTag(tenant)]];
  if (documentId !== undefined) wanted.push(["document", documentTag(documentId) || NO_TAG]);
  if (conversationId !== undefined) wanted.push(["conversation", idTag(conversationId) || NO_TAG]);
  const tags = wanted.map(([field]) => `@${field}:{$${field}}`).join(" ");
  const until = expiresBefore === undefined ? "+inf" : `(${expiresBefore}`;
  return { query: `${tags} @expires:[(${now} ${until}]`, PARAMS: Object.fromEntries(wanted) };
}

async function searchEntries(
  options: ListingOptions,
  { query, PARAMS }: Filter,
  LIMIT: { from: number; size: number },
) {
  const { connection, indexName } = options;
  const reply = await unlessMissing(options, () =>
    connection.run(
      (client) =>
        client.ft.search(indexName, query, {
          PARAMS,
          RETURN: [...ENTRY_FIELDS, "place"],
          SORTBY: { BY: "place", DIRECTION: "DESC" },
          LIMIT,
          DIALECT: 2,
        }),
      { deadlineMs: DEADLINE_MS },
    ),
  );
  const entries = reply.documents.flatMap(({ value }) => {
    const entry = parseEntry(value);
    return entry === undefined ? [] : [{ entry, place: Number(value["place"]) }];
  });
  return { entries, total: reply.total };
}

async function unlessMissing<Value>(
  { indexName, onLost }: ListingOptions,
  work: () => Promise<Value>,
): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    if (!/no such index|unknown index/i.test(String(error))) throw error;
    onLost?.();
    throw new MissingIndex(indexName, error);
  }
}
