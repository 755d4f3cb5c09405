import { setImmediate as nextTurn } from "node:timers/promises";
import type { Page } from "../knowledge/types.ts";
import { readCursor, toCursor } from "../records/list-cursor.ts";
import { isListed, isSelected, LIST_PLACE } from "./select-answers.ts";
import type { AnswerEntry, AnswerListing, AnswerStore } from "./types.ts";

/** Entries searched by their words before other requests get a turn. */
const LOOKED_AT = 50;

/** Lists a tenant's answers by scanning all entries of this process. */
export function createMemoryAnswerListing({
  living,
  remove,
}: {
  living: () => readonly AnswerEntry[];
  remove: (entry: AnswerEntry) => void;
}): Pick<AnswerStore, "find" | "list" | "count" | "removeAll"> {
  return {
    async find({ tenant, id }) {
      const found = living().find((entry) => entry.tenant === tenant && entry.id === id);
      return found && structuredClone(found);
    },

    async list(listing) {
      const own: AnswerEntry[] = [];
      for (const [place, entry] of living().entries()) {
        if (isListed(entry, listing)) own.push(entry);
        if (listing.text !== undefined && place % LOOKED_AT === 0) await nextTurn();
      }
      return pageOf(own, listing);
    },

    async count(selection) {
      return living().filter((entry) => isSelected(entry, selection)).length;
    },

    async removeAll(selection) {
      const own = living().filter((entry) => isSelected(entry, selection));
      for (const entry of own) remove(entry);
      return own.length;
    },
  };
}

/** Newest first; by id within the same time. */
function pageOf(
  entries: readonly AnswerEntry[],
  { limit, cursor }: AnswerListing,
): Page<AnswerEntry> {
  const [time, lastId] = cursor === undefined ? [Infinity, ""] : readCursor(cursor, LIST_PLACE);
  const rest = entries
    .filter(({ createdAt, id }) => createdAt < time || (createdAt === time && id > lastId))
    .sort((one, other) => other.createdAt - one.createdAt || (one.id < other.id ? -1 : 1));
  const rows = structuredClone(rest.slice(0, limit));
  const last = rows.at(-1);
  const isEnd = last === undefined || rest.length <= limit;
  return { rows, nextCursor: isEnd ? null : toCursor([last.createdAt, last.id]) };
}
