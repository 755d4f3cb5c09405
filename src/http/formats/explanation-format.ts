import { documentsOf } from "../../cache/select-answers.ts";
import type { QuestionExplanation } from "../../answer/explain-question.ts";

/** An explanation in the names of the API. */
export function toExplanationBody(explanation: QuestionExplanation) {
  const { question, scope, language, thresholds, status, tier, kind, reasons } = explanation;
  return {
    question,
    scope,
    language,
    threshold: thresholds.serve,
    grey_threshold: thresholds.grey,
    status,
    tier,
    kind,
    reasons,
    nearest: explanation.nearest.map(toNeighbourBody),
  };
}

function toNeighbourBody(neighbour: QuestionExplanation["nearest"][number]) {
  const { entry, similarity, findings, evidenceStands, agreement, verdict } = neighbour;
  return {
    entry_id: entry.id,
    question: entry.question,
    similarity: Number(similarity.toFixed(4)),
    guards: findings,
    evidence: { stands: evidenceStands, agreement, documents: documentsOf(entry) },
    verdict,
  };
}
