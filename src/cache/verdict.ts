import type { Agreement } from "./evidence.ts";
import type { Likeness } from "./likeness.ts";
import type { GuardFinding } from "./guards/types.ts";
import type { CacheTier, LookupReason, AnswerEntry, NearEntry } from "./types.ts";

/** When evidence is required. `in-doubt`: if a guard asks for it, and in the grey zone; `always`: for every semantic hit. */
export type EvidenceRule = "in-doubt" | "always";

/** Similarity thresholds, 0..1. */
export interface Thresholds {
  /** From this similarity on, an answer is served if no guard objects and its evidence is current. */
  readonly serve: number;
  /** From here to `serve` (the grey zone), both searches must agree. No grey zone unless below `serve`. */
  readonly grey: number;
  /** Default: `in-doubt`. */
  readonly evidence?: EvidenceRule | undefined;
}

/** If only one of the two searches agrees, the grey zone begins this much higher. */
const ONE_WITNESS_MARGIN = 0.2;

/** A cached answer near the question, with everything that decides whether it is served. */
export interface Candidate extends NearEntry {
  /** False if one of its passages was removed or changed, or a new passage ranks first. */
  readonly evidenceStands: boolean;
  /** Whether both questions retrieve the same section. */
  readonly agreement: Agreement;
  readonly findings: readonly GuardFinding[];
  /** What the words of both questions have in common. Undefined: nothing that counts. */
  readonly likeness?: Likeness | undefined;
  /** False if older than the request's maximum age. */
  readonly isFresh: boolean;
  /** True if the answer is in quarantine. */
  readonly isQuarantined: boolean;
  /** Decision of a judge: same question or not. Undefined if no judge was asked. */
  readonly isJudgedSame?: boolean | undefined;
}

/** Result of a lookup, for routes, logs and metrics. */
export type CacheVerdict =
  | {
      readonly kind: "hit";
      readonly tier: CacheTier;
      readonly entry: AnswerEntry;
      readonly similarity: number;
      readonly reasons: readonly LookupReason[];
    }
  | {
      readonly kind: "miss";
      /** Similarity to the nearest entry; null if the scope has none. */
      readonly similarity: number | null;
      readonly nearestQuestion: string | null;
      readonly reasons: readonly LookupReason[];
      /** The nearest entry that only lacks a judge's decision. */
      readonly doubtful?: AnswerEntry | undefined;
    };

/** Whether a candidate may be served, by which tier, and why. */
export interface CandidateVerdict {
  /** Null if not served. */
  readonly tier: Exclude<CacheTier, "exact"> | null;
  readonly reasons: readonly LookupReason[];
}

/** The exact tier: the same words in the same scope, with current evidence. */
export function judgeExact(
  entry: AnswerEntry | undefined,
  candidate: Pick<Candidate, "evidenceStands" | "isFresh">,
): CacheVerdict {
  if (entry === undefined) return noEntry();
  const problem = whyUnfit({ ...candidate, isQuarantined: entry.isQuarantined });
  if (problem !== undefined) {
    return { kind: "miss", similarity: 1, nearestQuestion: entry.question, reasons: [problem] };
  }
  return { kind: "hit", tier: "exact", entry, similarity: 1, reasons: ["exact-match"] };
}

/** Decides whether a cached answer is served. The only place that does. */
export function judgeCandidate(
  candidate: Omit<Candidate, "entry">,
  thresholds: Thresholds,
): CandidateVerdict {
  const { similarity, agreement, likeness, findings, isJudgedSame } = candidate;
  const isAbove = similarity >= thresholds.serve;
  if (!isAbove && similarity < thresholds.grey) return no("similarity-below-threshold");
  const problem = whyUnfit(candidate);
  if (problem !== undefined) return no(problem);
  const hard = findings.filter(({ strength }) => strength === "hard");
  if (hard.length > 0) return no(...hard.map(({ reason }) => reason));
  if (isAbove) return judgeAbove({ agreement, findings, isJudgedSame }, thresholds.evidence);
  return judgeGrey({ similarity, agreement, likeness, findings, isJudgedSame }, thresholds.grey);
}

/** Why an answer must not be served for any question. */
function whyUnfit({
  isQuarantined,
  isFresh,
  evidenceStands,
}: Pick<Candidate, "isQuarantined" | "isFresh" | "evidenceStands">): LookupReason | undefined {
  if (isQuarantined) return "in-quarantine";
  if (!isFresh) return "entry-too-old";
  return evidenceStands ? undefined : "stale-evidence";
}

/**
 * At or above the threshold, evidence is required only by soft findings or by the policy. If the documents
 * distinguish the two questions, that always counts.
 */
function judgeAbove(
  { agreement, findings, isJudgedSame }: Pick<Candidate, "agreement" | "findings" | "isJudgedSame">,
  rule: EvidenceRule = "in-doubt",
) {
  const doubts = findings.map(({ reason }) => reason);
  if (doubts.length === 0 && rule === "in-doubt" && agreement !== "apart")
    return serve("semantic", "similarity-above-threshold");
  if (isJudgedSame === true) return serve("verified", ...doubts, "judged-same");
  const evidence = evidenceReason(agreement);
  if (evidence !== "evidence-agrees") return no(...doubts, evidence);
  return serve("semantic", "similarity-above-threshold", ...doubts, evidence);
}

/** The similarity that counts in the grey zone: reduced if only one search agrees. */
export function similarityInGrey({
  similarity,
  agreement,
  likeness,
}: Pick<Candidate, "similarity" | "agreement" | "likeness">): number {
  const isVerified = agreement === "both" || doWordsAgree({ agreement, likeness });
  return isVerified ? similarity : similarity - ONE_WITNESS_MARGIN;
}

/**
 * The same words agree unless the documents distinguish them. A rewording agrees only without documents.
 */
function doWordsAgree({ agreement, likeness }: Pick<Candidate, "agreement" | "likeness">): boolean {
  if (likeness === "same-words") return agreement !== "apart";
  return likeness === "reworded" && agreement === "unknown";
}

/** "Where do I find it" and "how do I find it", if both searches find the same section. */
function excuses(agreement: Agreement, { strength, reason }: GuardFinding): boolean {
  return agreement === "both" && strength === "soft" && reason === "question-word-differs";
}

/**
 * In the grey zone a judge decides. Without one, no guard may object (except to a related question word if both
 * searches agree), and evidence or words must agree.
 */
function judgeGrey(
  {
    similarity,
    agreement,
    likeness,
    findings,
    isJudgedSame,
  }: Pick<Candidate, "similarity" | "agreement" | "likeness" | "findings" | "isJudgedSame">,
  grey: number,
) {
  if (isJudgedSame === true) return serve("verified", "judged-same");
  if (isJudgedSame === false) return no("similarity-below-threshold", "judged-different");
  if (findings.length === 0 && likeness !== undefined && doWordsAgree({ agreement, likeness })) {
    return serve("verified", likeness);
  }
  const evidence = evidenceReason(agreement);
  const isNearEnough = similarityInGrey({ similarity, agreement }) >= grey;
  const isExcused = findings.every((finding) => excuses(agreement, finding));
  if (isExcused && evidence === "evidence-agrees" && isNearEnough) {
    return serve("verified", ...findings.map(({ reason }) => reason), evidence);
  }
  const doubts = findings.map(({ reason }) => reason);
  return no("similarity-below-threshold", ...doubts, evidence);
}

/**
 * The semantic tier: the nearest candidate that may be served.
 *
 * @param candidates nearest first
 */
export function judgeNearest(
  candidates: readonly Candidate[],
  thresholds: Thresholds,
): CacheVerdict {
  let refused: CandidateVerdict | undefined;
  for (const candidate of candidates) {
    const { tier, reasons } = judgeCandidate(candidate, thresholds);
    const { entry, similarity } = candidate;
    if (tier !== null) return { kind: "hit", tier, entry, similarity, reasons };
    refused ??= { tier, reasons };
  }
  const [nearest] = candidates;
  if (nearest === undefined || refused === undefined) return noEntry();
  return {
    kind: "miss",
    similarity: nearest.similarity,
    nearestQuestion: nearest.entry.question,
    reasons: refused.reasons,
    doubtful: findDoubtful(candidates, thresholds)?.entry,
  };
}

/**
 * The nearest candidate of the grey zone that a judge could accept. Above the zone the threshold decides;
 * candidates that guards or evidence reject are not judged.
 */
function findDoubtful(
  candidates: readonly Candidate[],
  thresholds: Thresholds,
): Candidate | undefined {
  return candidates.find(
    (candidate) =>
      candidate.isJudgedSame === undefined &&
      candidate.similarity < thresholds.serve &&
      judgeCandidate({ ...candidate, isJudgedSame: true }, thresholds).tier !== null,
  );
}

/**
 * The verdict after a judge decided about one of the candidates.
 *
 * @returns the candidates with the decision, and the verdict
 */
export function judgeAgain(
  candidates: readonly Candidate[],
  word: { entryId: string; isSame: boolean },
  thresholds: Thresholds,
): { verdict: CacheVerdict; candidates: readonly Candidate[] } {
  const judged = candidates.map((candidate) =>
    candidate.entry.id === word.entryId ? { ...candidate, isJudgedSame: word.isSame } : candidate,
  );
  return { verdict: judgeNearest(judged, thresholds), candidates: judged };
}

function noEntry(): CacheVerdict {
  return { kind: "miss", similarity: null, nearestQuestion: null, reasons: ["no-stored-answer"] };
}

function serve(
  tier: NonNullable<CandidateVerdict["tier"]>,
  ...reasons: readonly LookupReason[]
): CandidateVerdict {
  return { tier, reasons };
}

function no(...reasons: readonly LookupReason[]): CandidateVerdict {
  return { tier: null, reasons };
}

function evidenceReason(agreement: Agreement): LookupReason {
  if (agreement === "unknown") return "no-evidence";
  return agreement === "none" || agreement === "apart" ? "evidence-differs" : "evidence-agrees";
}
