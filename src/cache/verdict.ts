import type { Agreement } from "./evidence.ts";
import type { Likeness } from "./likeness.ts";
import type { GuardFinding } from "./guards/types.ts";
import type { CacheTier, LookupReason, AnswerEntry, NearEntry } from "./types.ts";

/** `in-doubt`: where a guard asks for it, and in the grey zone; `always`: for every hit by similarity. */
export type EvidenceRule = "in-doubt" | "always";

/** The similarities from which a stored answer may be served, 0..1. */
export interface Thresholds {
  /** From here on quiet guards and evidence that stands are enough. */
  readonly serve: number;
  /** From here on to `serve`, both witnesses must agree. Not below `serve`: no grey zone. */
  readonly grey: number;
  /** None: in doubt. */
  readonly evidence?: EvidenceRule | undefined;
}

/** Where one witness agrees and the other does not, the grey zone begins this much higher. */
const ONE_WITNESS_MARGIN = 0.2;

/** A stored answer near the question, and all that speaks for and against serving it. */
export interface Candidate extends NearEntry {
  /** False: something that it was made from has gone or changed, or a new passage comes first. */
  readonly evidenceStands: boolean;
  /** Whether this question retrieves what the stored one did. */
  readonly agreement: Agreement;
  readonly findings: readonly GuardFinding[];
  /** What of their words speaks for one answer; none: nothing. */
  readonly likeness?: Likeness | undefined;
  /** False: older than the request takes. */
  readonly isFresh: boolean;
  /** Someone found the answer wrong. */
  readonly isQuarantined: boolean;
  /** Whether a judge found that this question is the stored one; undefined where none was asked. */
  readonly isJudgedSame?: boolean | undefined;
}

/** What a lookup came to. Routes, logs and metrics use this same value. */
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
      /** To the nearest entry; null when there was none in the scope. */
      readonly similarity: number | null;
      readonly nearestQuestion: string | null;
      readonly reasons: readonly LookupReason[];
      /** The nearest entry that nothing but a judge's word is missing to serve. */
      readonly doubtful?: AnswerEntry | undefined;
    };

/** Whether one candidate may be served, by which tier, and why. */
export interface CandidateVerdict {
  /** Null: not served. */
  readonly tier: Exclude<CacheTier, "exact"> | null;
  readonly reasons: readonly LookupReason[];
}

/** The exact tier: the same words in the same scope, still true. */
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

/** Everything that a lookup decides on a stored answer is decided here. */
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

/** What keeps an answer from being served whatever the question. */
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
 * At or above the threshold only soft findings ask for evidence, or the policy does. That the documents
 * tell the two questions apart counts unasked.
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

/** The similarity by which the grey zone goes: less where only one witness agrees. */
export function similarityInGrey({
  similarity,
  agreement,
  likeness,
}: Pick<Candidate, "similarity" | "agreement" | "likeness">): number {
  const isVerified = agreement === "both" || doWordsAgree({ agreement, likeness });
  return isVerified ? similarity : similarity - ONE_WITNESS_MARGIN;
}

/**
 * The same words agree unless the documents tell them apart. A rewording agrees only where there are no
 * documents to ask.
 */
function doWordsAgree({ agreement, likeness }: Pick<Candidate, "agreement" | "likeness">): boolean {
  if (likeness === "same-words") return agreement !== "apart";
  return likeness === "reworded" && agreement === "unknown";
}

/** "Where do I find it" and "how do I find it", where both witnesses find one section for them. */
function excuses(agreement: Agreement, { strength, reason }: GuardFinding): boolean {
  return agreement === "both" && strength === "soft" && reason === "question-word-differs";
}

/**
 * In the grey zone a judge's word decides; without one, guards must be quiet (but for a kindred question
 * word where both witnesses agree) and the evidence, or the words, must agree.
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
 * The nearest candidate of the grey zone that a judge's word would serve. Above it the threshold
 * decides, and what guards or evidence forbid is not asked about.
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
 * The verdict once a judge was asked about one of the candidates.
 *
 * @returns the candidates with its word, and what they come to
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
