import { createAnswerCache } from "../../src/cache/answer-cache.ts";
import { NOTHING_RETRIEVED } from "../../src/cache/evidence.ts";
import { createMemoryAnswers } from "../../src/cache/memory-answers.ts";
import { noUsage } from "../../src/cache/no-usage.ts";
import { answerId } from "../../src/cache/normalise-question.ts";
import type { AnswerEntry } from "../../src/cache/types.ts";
import type { Retrieval } from "../../src/knowledge/retrieve.ts";
import { TENANT, type Knowledge } from "./knowledge.ts";
import type { System } from "./system.ts";

const MAX_ENTRIES = 1_000_000;
const SCOPE = "evaluation";

/** The answer cache with answers that nobody wrote: the stored question tells whose answer it is. */
export interface TrialCache {
  /** The stored question whose answer would be served; undefined: none. */
  served(question: string): Promise<string | undefined>;
  /** Stores an answer to the question, made from the passage that it retrieves first. */
  store(question: string): Promise<void>;
  /** Removes the answer to the question. */
  remove(question: string): Promise<void>;
}

/** An empty cache in this process, over the documents if there are any. */
export function createTrialCache(system: System, knowledge: Knowledge): TrialCache {
  const { vectors, thresholds, compareQuestions } = system;
  const { passages, retrieve } = knowledge;
  const now = () => 0;
  const answers = createMemoryAnswers({
    dimensions: vectors.dimensions,
    now,
    maxEntries: MAX_ENTRIES,
  });
  const cache = createAnswerCache({ answers, passages, retrieve, compareQuestions, now });
  const place = { tenant: TENANT, scope: SCOPE };
  const retrieveFor = (question: string) =>
    retrieve({ tenant: TENANT, text: question, vector: vectors.of(question) });

  return {
    async served(question) {
      const exact = await cache.lookUpExact({ ...place, question });
      if (exact.kind === "hit") return exact.entry.question;
      const vector = vectors.of(question);
      const retrieval = retrieveFor(question).then(({ trace }) => trace);
      const query = { ...place, question, vector, thresholds, retrieval };
      const { verdict } = await cache.lookUpNearest(query);
      return verdict.kind === "hit" ? verdict.entry.question : undefined;
    },
    async store(question) {
      const retrieval = await retrieveFor(question);
      const knowledgeVersion = await passages.version(TENANT);
      const entry = makeEntry(question, retrieval, knowledgeVersion);
      await cache.store(entry, vectors.of(question));
    },
    async remove(question) {
      await answers.remove({ scope: SCOPE, id: answerId(SCOPE, question) });
    },
  };
}

function makeEntry(
  question: string,
  { passages, trace }: Retrieval,
  knowledgeVersion: string,
): AnswerEntry {
  return {
    id: answerId(SCOPE, question),
    tenant: TENANT,
    scope: SCOPE,
    question,
    answer: "",
    citations: [],
    evidence: passages.slice(0, 1).map(({ passage }) => ({
      documentId: passage.documentId,
      passageId: passage.id,
    })),
    retrieved: passages.length === 0 ? NOTHING_RETRIEVED : trace,
    knowledgeVersion,
    conversationId: null,
    origin: "generated",
    isPinned: false,
    isQuarantined: false,
    usage: noUsage("none"),
    createdAt: 0,
    expiresAt: Number.MAX_SAFE_INTEGER,
  };
}
