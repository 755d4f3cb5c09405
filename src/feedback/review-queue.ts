import { z } from "zod";
import type { AnswerEntry, AnswerStore } from "../cache/types.ts";
import type { Page } from "../knowledge/types.ts";
import { cursorText, readCursor, toCursor } from "../operations/list-cursor.ts";
import type { LookupStore } from "../tuning/lookup-types.ts";
import { resolveReview, type ResolveParts, type Review } from "./resolve-review.ts";
import {
  entryItem,
  feedbackItem,
  lookupItem,
  REVIEW_REASONS,
  type ReviewItem,
  type ReviewReason,
} from "./review-items.ts";
import type { FeedbackStore } from "./types.ts";

/** A page of the queue. */
export interface ReviewListing {
  readonly tenant: string;
  readonly state: "open" | "done";
  /** Undefined: all reasons, in order. */
  readonly reason?: ReviewReason | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Answers that a person should look at, and what that person decides. */
export interface ReviewQueue {
  /** @throws RepriseError `invalid_request` for a cursor that this listing did not issue */
  list(listing: ReviewListing): Promise<Page<ReviewItem>>;
  /** @throws as `resolveReview` */
  resolve(review: Review): Promise<ReviewItem>;
}

/** Dependencies of the queue. */
export interface ReviewParts extends ResolveParts {
  readonly feedback: Pick<FeedbackStore, "find" | "list" | "resolve">;
  readonly lookups: Pick<LookupStore, "find" | "list" | "label">;
  readonly entries: Pick<AnswerStore, "find" | "list" | "remove" | "setQuarantined">;
  /** Resolves when earlier lookups are in the log. */
  readonly settleLookups: () => Promise<void>;
}

const EXPIRING_MS = 14 * 86_400_000;
/** Entries read for one page of expiring answers; the page may be shorter than asked for. */
const EXPIRING_PAGES = 5;
const EXPIRING_PAGE = 100;

const cursorSchema = z.tuple([z.enum(REVIEW_REASONS), cursorText.nullable()]);

/** Composes the queue from feedback, the lookup log and the cache; only feedback is stored for it. */
export function createReviewQueue(parts: ReviewParts): ReviewQueue {
  return {
    async list({ reason, cursor, ...listing }) {
      await parts.settleLookups();
      const [first, inner] =
        cursor === undefined ? [REVIEW_REASONS[0], null] : readCursor(cursor, cursorSchema);
      const asked = reason === undefined ? REVIEW_REASONS : [reason];
      const left = cursor === undefined ? asked : asked.slice(asked.indexOf(first));
      const rows: ReviewItem[] = [];
      for (const [index, each] of left.entries()) {
        const limit = listing.limit - rows.length;
        const place = index === 0 && inner !== null ? { cursor: inner } : {};
        const page = await listReason({ ...listing, ...place, reason: each, limit }, parts);
        rows.push(...page.rows);
        if (page.nextCursor !== null)
          return { rows, nextCursor: toCursor([each, page.nextCursor]) };
        const next = left[index + 1];
        if (next !== undefined && rows.length >= listing.limit)
          return { rows, nextCursor: toCursor([next, null]) };
      }
      return { rows, nextCursor: null };
    },

    async resolve(review) {
      await parts.settleLookups();
      return resolveReview(review, parts);
    },
  };
}

type ReasonListing = Omit<ReviewListing, "reason"> & { readonly reason: ReviewReason };

async function listReason(listing: ReasonListing, parts: ReviewParts): Promise<Page<ReviewItem>> {
  const { reason, state, ...page } = listing;
  switch (reason) {
    case "reported":
    case "noted": {
      const found = await parts.feedback.list({ ...page, reason, state });
      return mapPage(found, (row) => feedbackItem(row, parts));
    }
    case "unsure":
    case "stale": {
      const label = state === "open" ? "none" : "any";
      const found = await parts.lookups.list({
        ...page,
        review: reason,
        label,
        nearMissesFirst: false,
      });
      return mapPage(found, (lookup) => lookupItem(lookup, reason, parts));
    }
    case "expiring":
      return state === "open" ? listExpiring(page, parts) : { rows: [], nextCursor: null };
  }
}

async function mapPage<Row>(
  { rows, nextCursor }: Page<Row>,
  toItem: (row: Row) => Promise<ReviewItem>,
): Promise<Page<ReviewItem>> {
  return { rows: await Promise.all(rows.map(toItem)), nextCursor };
}

/** Generated answers expire all the time: only those that a person stands for are reviewed. */
async function listExpiring(
  { tenant, limit, cursor }: Pick<ReviewListing, "tenant" | "limit" | "cursor">,
  { entries, now }: ReviewParts,
): Promise<Page<ReviewItem>> {
  const expiresBefore = now() + EXPIRING_MS;
  const rows: ReviewItem[] = [];
  let place = cursor;
  for (let read = 0; read < EXPIRING_PAGES; read += 1) {
    // No page is larger than the rows still wanted: a cursor marks the end of a page.
    const size = Math.min(EXPIRING_PAGE, limit - rows.length);
    const page = await entries.list({ tenant, expiresBefore, limit: size, cursor: place });
    const kept = page.rows.filter((entry) => isExpiring(entry, now()));
    rows.push(...kept.map(entryItem));
    if (page.nextCursor === null || rows.length >= limit)
      return { rows, nextCursor: page.nextCursor };
    place = page.nextCursor;
  }
  return { rows, nextCursor: place ?? null };
}

function isExpiring({ isPinned, origin, createdAt, expiresAt }: AnswerEntry, now: number): boolean {
  const isOfPerson = isPinned || origin !== "generated";
  return isOfPerson && expiresAt - now <= (expiresAt - createdAt) / 10;
}
