import {
  judgeCandidate,
  similarityInGrey,
  type Candidate,
  type EvidenceRule,
} from "../cache/verdict.ts";
import type { ServedFrom } from "./types.ts";

/** Similarities above 1, so that the zone that is not asked about is never reached. */
const NEVER = 2;

/** From which thresholds on a stored answer would be served, as the verdict itself says. */
export function servedFrom(
  candidate: Omit<Candidate, "entry">,
  evidence?: EvidenceRule,
): ServedFrom {
  const { similarity } = candidate;
  const serve = judgeCandidate(candidate, { serve: similarity, grey: NEVER, evidence });
  const grey = similarityInGrey(candidate);
  const verified = judgeCandidate(candidate, { serve: NEVER, grey: Math.max(0, grey) });
  return {
    serve: serve.tier === null ? null : similarity,
    grey: verified.tier === null ? null : grey,
  };
}
