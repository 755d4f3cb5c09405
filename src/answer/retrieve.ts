import type { AnswerRequest } from "../chat/generate-answer.ts";
import { passThroughNote, withoutOpening, type PassThrough } from "../chat/pass-through.ts";
import type { ChatMessage } from "../history/types.ts";
import type { RetrievedPassage } from "../knowledge/types.ts";
import { retrieveFor, type RetrievedEvidence, type Search, type SearchParts } from "./search.ts";
import type { Asked } from "./asking.ts";

/** What the prompt has besides the question. */
export interface AnswerContext {
  readonly passages: readonly RetrievedPassage[];
  /** Empty if the question needs none; only then may the answer be shared. */
  readonly history: readonly ChatMessage[];
  /** Undefined if the documents could not be searched. */
  readonly evidence: RetrievedEvidence | undefined;
}

/** Dependencies of retrieval. */
export interface RetrieveParts extends SearchParts {
  /** Whether a retrieved passage is relevant to the question. */
  readonly isRelevant: (question: string, passage: RetrievedPassage) => boolean;
}

/**
 * Retrieves passages, and decides whether the history goes into the prompt. It is left out only if the
 * question is standalone and not about its user, relevant passages were found, and the mode is not `bypass`.
 */
export async function retrieveContext(
  asked: Asked,
  search: Search,
  parts: RetrieveParts,
): Promise<AnswerContext> {
  // A task works on its own text or on the conversation, not on documents. An image without text has nothing
  // to search for.
  if (asked.kind === "task" || asked.question === "") {
    return { passages: [], evidence: undefined, history: asked.history };
  }
  const evidence = asked.standsAlone
    ? await search.evidence()
    : await retrieveForFollowUp(asked, search, parts);
  const passages = await withWholeMessage(asked, evidence, parts);
  const enough =
    mayLeaveOutHistory(asked) &&
    passages.some((passage) => parts.isRelevant(asked.question, passage));
  return { passages, evidence, history: enough ? [] : asked.history };
}

/**
 * The ask of a letter may lack its topic, so passages of the whole message are added. Evidence is found with the
 * ask alone, because only that is compared.
 */
async function withWholeMessage(
  asked: Asked,
  evidence: RetrievedEvidence | undefined,
  parts: SearchParts,
): Promise<readonly RetrievedPassage[]> {
  const passages = evidence?.passages ?? [];
  if (evidence === undefined || asked.compared === asked.question) return passages;
  const whole = await retrieveFor(asked, asked.question, parts);
  return whole === undefined ? passages : addScores(passages, whole.passages);
}

/** As many as the longer list has, by the sum of both scores. */
function addScores(
  one: readonly RetrievedPassage[],
  other: readonly RetrievedPassage[],
): readonly RetrievedPassage[] {
  const sums = new Map<string, RetrievedPassage>();
  for (const found of [...one, ...other]) {
    const before = sums.get(found.passage.id)?.score ?? 0;
    sums.set(found.passage.id, { ...found, score: before + found.score / 2 });
  }
  return [...sums.values()]
    .toSorted((first, second) => second.score - first.score)
    .slice(0, Math.max(one.length, other.length));
}

function mayLeaveOutHistory({ standsAlone, heldBack, request }: Asked): boolean {
  const { cacheMode, passThrough } = request;
  const isPast = cacheMode === "bypass" || passThrough?.cacheUse === "none";
  return standsAlone && heldBack === undefined && !isPast;
}

/** An unresolved follow-up is searched together with the previous question. */
function retrieveForFollowUp(
  asked: Asked,
  search: Search,
  parts: SearchParts,
): Promise<RetrievedEvidence | undefined> {
  const before = asked.history.findLast(({ role }) => role === "user")?.content;
  if (before === undefined) return search.evidence();
  return retrieveFor(asked, `${before} ${asked.question}`, parts);
}

/** What the answer is generated from: the question in its context. */
export function answerRequestOf(
  { question, kind, profile, instructions, request }: Asked,
  { passages, history, evidence }: AnswerContext,
): AnswerRequest {
  const { locale, sampling, keepsHistory, passThrough } = request;
  const note = passThrough && passThroughNote(passThrough);
  const lines = [instructions, note].filter((line) => line !== undefined);
  return {
    question,
    isSmallTalk: kind === "small-talk",
    profile: profile?.text,
    passages: evidence === undefined && question !== "" ? undefined : passages,
    history,
    instructions: lines.length === 0 ? undefined : lines.join("\n"),
    locale,
    sampling,
    keepsHistory,
    passThrough,
    conversation: conversationOf(history, passThrough),
  };
}

/** The client's own messages, where the prompt has a history. Their opening is among the instructions. */
function conversationOf(
  history: readonly ChatMessage[],
  passThrough: PassThrough | undefined,
): AnswerRequest["conversation"] {
  const showsAll = history.length > 0 || passThrough?.cacheUse === "none";
  return showsAll && passThrough?.messages !== undefined
    ? withoutOpening(passThrough.messages)
    : undefined;
}
