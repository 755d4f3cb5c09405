import { createYield } from "../operations/concurrency.ts";
import { readCursor, toCursor } from "../operations/list-cursor.ts";
import { isListed, isSelected, LIST_PLACE } from "./select-answers.ts";
import type { AnswerEntry, AnswerSelection, AnswerStore } from "./types.ts";

/** A place in a listing: the newest first; by id within the same time. */
type Place = Pick<AnswerEntry, "createdAt" | "id">;

/** Each tenant's entries in the order of a listing, so that a page costs what its entries cost. */
export interface AnswerOrder {
  add(entry: AnswerEntry): void;
  remove(entry: AnswerEntry): void;
  find(tenant: string, isMeant: (entry: AnswerEntry) => boolean): AnswerEntry | undefined;
  /** The entries after a place; from the newest without one. Yields to other work; entries may come and go. */
  newestFirst(tenant: string, after?: Place): AsyncIterable<AnswerEntry>;
}

export function createAnswerOrder(): AnswerOrder {
  // Oldest first: a new entry is added at the end.
  const byTenant = new Map<string, AnswerEntry[]>();
  return {
    add(entry) {
      const own = byTenant.get(entry.tenant) ?? [];
      own.splice(countAfter(own, entry), 0, entry);
      byTenant.set(entry.tenant, own);
    },
    remove(entry) {
      const own = byTenant.get(entry.tenant) ?? [];
      const place = own.indexOf(entry, countAfter(own, entry));
      if (place !== -1) own.splice(place, 1);
      if (own.length === 0) byTenant.delete(entry.tenant);
    },
    find: (tenant, isMeant) => byTenant.get(tenant)?.find(isMeant),
    async *newestFirst(tenant, after) {
      const yieldTurn = createYield();
      let own = byTenant.get(tenant) ?? [];
      let left = after === undefined ? own.length : countAfter(own, after);
      for (let entry = own[left - 1]; entry !== undefined; entry = own[left - 1]) {
        yield entry;
        await yieldTurn();
        own = byTenant.get(tenant) ?? [];
        left = own[left - 1] === entry ? left - 1 : countAfter(own, entry);
      }
    },
  };
}

/** How many of the entries a listing has after a place: the first ones. Found by halving. */
function countAfter(own: readonly AnswerEntry[], { createdAt, id }: Place): number {
  let low = 0;
  let high = own.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = own[middle];
    const isAfter =
      entry !== undefined &&
      (entry.createdAt < createdAt || (entry.createdAt === createdAt && entry.id > id));
    if (isAfter) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Lists a tenant's answers in this process. */
export function createMemoryAnswerListing({
  order,
  isAlive,
  remove,
}: {
  order: Pick<AnswerOrder, "find" | "newestFirst">;
  isAlive: (entry: AnswerEntry) => boolean;
  /** False if the entry has been replaced. */
  remove: (entry: AnswerEntry) => boolean;
}): Pick<AnswerStore, "find" | "list" | "count" | "removeAll"> {
  async function selected(selection: AnswerSelection): Promise<AnswerEntry[]> {
    const found: AnswerEntry[] = [];
    for await (const entry of order.newestFirst(selection.tenant)) {
      if (isAlive(entry) && isSelected(entry, selection)) found.push(entry);
    }
    return found;
  }

  return {
    async find({ tenant, id }) {
      const found = order.find(tenant, (entry) => entry.id === id && isAlive(entry));
      return found && { ...found };
    },

    async list(listing) {
      const { tenant, limit, cursor } = listing;
      const rows: AnswerEntry[] = [];
      for await (const entry of order.newestFirst(tenant, readPlace(cursor))) {
        if (!isAlive(entry) || !isListed(entry, listing)) continue;
        const last = rows.at(-1);
        if (last !== undefined && rows.length === limit) {
          return { rows, nextCursor: toCursor([last.createdAt, last.id]) };
        }
        rows.push({ ...entry });
      }
      return { rows, nextCursor: null };
    },

    count: async (selection) => (await selected(selection)).length,

    async removeAll(selection) {
      const yieldTurn = createYield();
      let removed = 0;
      for (const entry of await selected(selection)) {
        if (remove(entry)) removed += 1;
        await yieldTurn();
      }
      return removed;
    },
  };
}

function readPlace(cursor: string | undefined): Place | undefined {
  if (cursor === undefined) return undefined;
  const [createdAt, id] = readCursor(cursor, LIST_PLACE);
  return { createdAt, id };
}
