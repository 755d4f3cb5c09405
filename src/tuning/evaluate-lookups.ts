import type { Thresholds } from "../cache/verdict.ts";
import {
  type TrafficCalibration,
  type TrafficLookup,
  calibrateTraffic,
} from "./calibrate-traffic.ts";
import { sampleFraction } from "./make-lookup.ts";
import type { LabelledLookup, LookupSelection, LookupStore } from "./lookup-types.ts";
import type { DocumentStore } from "../knowledge/types.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const HOUR_MS = 60 * 60 * 1000;
/** Maximum categories, those with the most lookups first. */
const MAX_CATEGORIES = 50;

/** The current state of a document. */
export interface KnownDocument {
  readonly source: string | null;
  /** Milliseconds since the epoch. */
  readonly updatedAt: number;
}

/** Parameters of an evaluation. */
export interface LogQuestion {
  readonly target: number;
  /** The thresholds in force. */
  readonly thresholds: Thresholds;
  /** Embedder of the vectors in use. */
  readonly embedderId: string;
  /** Documents of the tenant by id. */
  readonly documents: ReadonlyMap<string, KnownDocument>;
}

/** A reason why the labels of a log may be misleading. */
export interface LogWarning {
  readonly code: "embedder-changed" | "knowledge-changed" | "unpriced";
  /** Number of affected lookups or labels. */
  readonly count: number;
}

/** Calibration of one category of traffic. */
export interface CategoryCalibration extends Pick<
  TrafficCalibration,
  "recommended" | "insufficientData"
> {
  readonly category: string;
  readonly lookups: number;
  readonly labels: number;
}

/** The evaluation of a log. */
export interface LogEvaluation {
  /** Comparable lookups: those of the embedder in use, exact hits included. */
  readonly lookups: number;
  readonly labels: number;
  /** Exact hits, which are served at every threshold. */
  readonly exactHits: number;
  /** Time span of the log in days, at least an hour. */
  readonly days: number;
  readonly serve: TrafficCalibration;
  readonly grey: TrafficCalibration;
  readonly categories: readonly CategoryCalibration[];
  readonly warnings: readonly LogWarning[];
}

/** Calibrates both thresholds over a log of lookups, overall and by source of the documents. */
export function evaluateLookups(
  all: readonly LabelledLookup[],
  question: LogQuestion,
): LogEvaluation {
  const { target, thresholds, documents } = question;
  const lookups = all.filter(({ embedderId }) => embedderId === question.embedderId);
  const near = lookups.filter(({ tier, nearest }) => tier !== "exact" && nearest !== null);
  const calibrate = (some: readonly LabelledLookup[]) =>
    calibrateTraffic(some.map(ofServe), target, thresholds.serve);
  const serve = calibrate(near);
  return {
    lookups: lookups.length,
    labels: near.filter(isLabelled).length,
    exactHits: lookups.filter(({ tier }) => tier === "exact").length,
    days: spanOf(lookups),
    serve,
    grey: calibrateGrey(near, serve, question),
    categories: [...byCategory(near, documents)]
      .toSorted(([, one], [, other]) => other.length - one.length)
      .slice(0, MAX_CATEGORIES)
      .map(([category, some]) => {
        const { recommended, insufficientData } = calibrate(some);
        const labels = some.filter(isLabelled).length;
        return { category, lookups: some.length, labels, recommended, insufficientData };
      }),
    warnings: warn(all, near, question),
  };
}

/**
 * Calibrates the grey threshold. Hits of the grey zone are tested separately, and only below the
 * first serve threshold that failed: their labels did not influence where that was.
 */
function calibrateGrey(
  near: readonly LabelledLookup[],
  serve: TrafficCalibration,
  { target, thresholds }: LogQuestion,
): TrafficCalibration {
  const first = serve.firstFailed ?? serve.recommended ?? thresholds.serve;
  const below = Math.min(first, thresholds.serve);
  const inZone = near.filter(({ nearest }) => (nearest?.similarity ?? 1) < below);
  return calibrateTraffic(inZone.map(ofGrey), target, thresholds.grey);
}

function ofServe(lookup: LabelledLookup): TrafficLookup {
  return { ...toTraffic(lookup), from: lookup.nearest?.servedFrom.serve ?? null };
}

function ofGrey(lookup: LabelledLookup): TrafficLookup {
  return { ...toTraffic(lookup), from: lookup.nearest?.servedFrom.grey ?? null };
}

function toTraffic({ id, labels, nearest }: LabelledLookup): Omit<TrafficLookup, "from"> {
  return {
    sample: sampleFraction(id),
    same: labels[0]?.same ?? null,
    saved: nearest?.saved ?? { tokens: 0, nanoUsd: 0n },
  };
}

function isLabelled({ labels }: LabelledLookup): boolean {
  return labels.length > 0;
}

function spanOf(lookups: readonly LabelledLookup[]): number {
  const times = lookups.map(({ createdAt }) => createdAt);
  const [first, last] = [times.reduce(least, Infinity), times.reduce(most, 0)];
  return Math.max(lookups.length === 0 ? 0 : last - first, HOUR_MS) / DAY_MS;
}

const least = (one: number, other: number) => Math.min(one, other);
const most = (one: number, other: number) => Math.max(one, other);

/**
 * Groups lookups by the source of the first document that the cached answer cites, or by the
 * document's id.
 */
function byCategory(
  near: readonly LabelledLookup[],
  documents: ReadonlyMap<string, KnownDocument>,
): ReadonlyMap<string, LabelledLookup[]> {
  const categories = new Map<string, LabelledLookup[]>();
  for (const lookup of near) {
    const [id] = lookup.nearest?.documentIds ?? [];
    if (id === undefined) continue;
    const category = documents.get(id)?.source ?? id;
    const known = categories.get(category);
    if (known === undefined) categories.set(category, [lookup]);
    else known.push(lookup);
  }
  return categories;
}

function warn(
  all: readonly LabelledLookup[],
  near: readonly LabelledLookup[],
  { embedderId, documents }: LogQuestion,
): LogWarning[] {
  const count = (lookups: readonly LabelledLookup[], is: (lookup: LabelledLookup) => boolean) =>
    lookups.filter(is).length;
  const warnings: LogWarning[] = [
    {
      code: "embedder-changed",
      count: count(all, (lookup) => lookup.embedderId !== embedderId),
    },
    {
      code: "knowledge-changed",
      count: count(near, (lookup) => hasNewKnowledge(lookup, documents)),
    },
    { code: "unpriced", count: count(near, ({ nearest }) => nearest?.saved.priced === false) },
  ];
  return warnings.filter((warning) => warning.count > 0);
}

/** True if a document of the cached answer was changed or deleted after the label was set. */
function hasNewKnowledge(
  { labels, nearest }: LabelledLookup,
  documents: ReadonlyMap<string, KnownDocument>,
): boolean {
  const [label] = labels;
  if (label === undefined || nearest === null) return false;
  return nearest.documentIds.some((id) => {
    const document = documents.get(id);
    return document === undefined || document.updatedAt > label.createdAt;
  });
}

/** Maximum lookups evaluated; the newest of a larger log. */
const MAX_LOOKUPS = 200_000;
const DOCUMENTS_PER_PAGE = 200;

/** Reads the lookups of a selection, oldest first. */
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

/** Reads the current documents of a tenant, by id. */
export async function readDocuments(
  store: Pick<DocumentStore, "list">,
  tenant: string,
): Promise<ReadonlyMap<string, KnownDocument>> {
  const documents = new Map<string, KnownDocument>();
  let cursor: string | undefined;
  do {
    const page = await store.list({ tenant, limit: DOCUMENTS_PER_PAGE, cursor });
    for (const document of page.rows) documents.set(document.id, document);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return documents;
}
