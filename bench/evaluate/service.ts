import { NO_GROUPS } from "../../src/knowledge/reader-groups.ts";
import { createMemoryAnswers } from "../../src/cache/memory-answers.ts";
import { NOTHING_RETRIEVED } from "../../src/cache/evidence.ts";
import { answerQuestion } from "../../src/answer/answer-question.ts";
import type { AnswerParts } from "../../src/answer/answer-question.ts";
import type { ChatReply, ChatRequest } from "../../src/chat/types.ts";
import { composeChat } from "../../src/compose/chat.ts";
import { composeMemoryStores } from "../../src/compose/memory.ts";
import { createConversationOwners } from "../../src/identity/conversation-owners.ts";
import { inlineDocumentReader } from "../../src/knowledge/document-reader.ts";
import { composeRecords } from "../../src/compose/records.ts";
import type { Config } from "../../src/config.ts";
import type { ChatMessage } from "../../src/history/types.ts";
import type { Retrieve } from "../../src/knowledge/retrieve.ts";
import { passageContext } from "../../src/knowledge/passage-text.ts";
import { splitDocument } from "../../src/knowledge/split.ts";
import type { DocumentInput, PassageStore } from "../../src/knowledge/types.ts";
import type { ChatModel, Embedder } from "../../src/models/types.ts";
import { createHealth } from "../../src/operations/health.ts";
import { createLogger } from "../../src/operations/logger.ts";
import { createCachedProfiles } from "../../src/profiles/cached-profiles.ts";
import { createStubModel } from "./stub-model.ts";
import type { PassageRow } from "./rows.ts";
import { createTurnstile } from "../../src/operations/concurrency.ts";

const MAX_ENTRIES = 1_000_000;

/** The tenant of the documents and of the questions about them. */
export const TENANT = "evaluation";

/** A message to the service. */
export interface Asked {
  /** Default `TENANT`. Another tenant starts without documents and cache entries. */
  readonly tenant?: string | undefined;
  readonly message: string;
  /** Earlier messages, oldest first. */
  readonly history?: readonly ChatMessage[] | undefined;
  /** The model's answer, unless the service has its own model. Default: a sentence with a citation. */
  readonly answer?: string | undefined;
  /** The rewriting model's output. */
  readonly rewriting?: string | undefined;
  readonly mode?: ChatRequest["cacheMode"] | undefined;
}

/** The service's question path, without transports and database writes. */
export interface EvaluatedService {
  /** @throws Error if the answer failed */
  ask(asked: Asked): Promise<ChatReply>;
  readonly retrieve: Retrieve;
  close(): Promise<void>;
}

type CorpusRow = PassageRow & Pick<DocumentInput, "places">;

/** Options of the service. */
export interface ServiceOptions {
  readonly config: Config;
  readonly embedder: Embedder;
  /** Documents of `TENANT`. Default: none. */
  readonly corpus?: readonly CorpusRow[] | undefined;
  /**
   * True: one passage answers every question and does not affect which questions count as the same. Answers in
   * conversations are stored as with real documents.
   */
  readonly everyQuestionAnswered?: boolean | undefined;
  /** True: a model rewrites follow-ups to `Asked.rewriting`. */
  readonly canRewrite?: boolean | undefined;
  /** Default: a model that answers `Asked.answer`. */
  readonly model?: ChatModel | undefined;
}

/** Opens the chat path as `src/compose/` does, with in-process stores. */
export async function openService(options: ServiceOptions): Promise<EvaluatedService> {
  const { embedder, corpus = [], everyQuestionAnswered = false, canRewrite = false } = options;
  const config = { ...options.config, database: ":memory:", dailyBudgetNanoUsd: undefined };
  const now = () => 0;
  const logger = createLogger("silent");
  const records = await composeRecords(config, now, logger, createHealth([]));
  const { documents, turns } = records;
  const composed = composeMemoryStores(config, {
    documents,
    turns,
    embedder,
    reader: inlineDocumentReader,
    now,
    logger,
  });
  const { dimensions } = embedder;
  const answers = createMemoryAnswers({ dimensions, now, maxEntries: MAX_ENTRIES });
  const stores = { ...composed, answers };
  await putCorpus(corpus, stores.passages, embedder);
  const model = createStubModel({ canRewrite: false });
  const rewriter = createStubModel({ canRewrite: true });
  const chat = await composeChat(
    config,
    {
      stores,
      readers: NO_GROUPS,
      turnstile: createTurnstile(),
      given: { model: options.model ?? model, ...(canRewrite && { resolveModel: rewriter }) },
      profiles: createCachedProfiles({
        store: records.profiles,
        cache: stores.profileCache,
        now,
        onError: fail,
      }),
      owners: createConversationOwners({
        notes: stores.ownerNotes,
        record: records.owners,
        onError: fail,
      }),
      budget: records.budget,
      transcripts: records.transcripts,
      policyStore: records.policies,
      notes: () => {},
      onJudged: () => {},
      onPolicy: () => {},
      recordTurn: async () => {},
      now,
    },
    (_part, error) => fail(error),
  );
  const parts = everyQuestionAnswered ? { ...chat, ...answersToEverything } : chat;
  return {
    retrieve: chat.retrieve,
    ask({ answer = "An answer. [1]", rewriting = "", ...asked }) {
      model.say(answer);
      rewriter.say(rewriting);
      return reply(asked, parts);
    },
    async close() {
      for (const part of [chat, composed, records]) await part.close();
    },
  };
}

async function reply(asked: Asked, chat: AnswerParts): Promise<ChatReply> {
  const { tenant = TENANT, message, history = [], mode: cacheMode = "default" } = asked;
  const request = { tenant, message, history, conversationId: null, cacheMode };
  const run = { id: "msg_evaluated", stopSignal: new AbortController().signal };
  for await (const event of answerQuestion(request, run, chat)) {
    if (event.type === "answer-end") return event.reply;
    if (event.type === "answer-error") fail(event.error.cause ?? event.error.message);
  }
  throw new Error("the answer did not end");
}

/** A failing dependency would count as a miss and improve the figures. */
function fail(error: unknown): never {
  throw error instanceof Error ? error : new Error(String(error));
}

/** Ingests each row as a separate document. */
async function putCorpus(
  rows: readonly CorpusRow[],
  passages: PassageStore,
  embedder: Embedder,
): Promise<void> {
  const split = rows.map((row) => splitDocument(row));
  const { vectors } = await embedder.embed(split.flat().map(passageContext));
  let place = 0;
  for (const [index, { id: documentId }] of rows.entries()) {
    const embedded = (split[index] ?? []).flatMap((passage) => {
      const vector = vectors[place];
      place += 1;
      return vector === undefined ? [] : [{ ...passage, vector }];
    });
    await passages.replaceDocument({ tenant: TENANT, documentId, passages: embedded });
  }
}

const answersToEverything: Pick<AnswerParts, "retrieve" | "isRelevant"> = {
  isRelevant: () => true,
  retrieve: async () => ({
    passages: [
      {
        passage: {
          id: "any",
          documentId: "any",
          title: "Any question",
          headings: [],
          text: "The answer to any question.",
          start: 0,
          end: 27,
        },
        score: 1,
        similarity: 1,
        textScore: null,
      },
    ],
    trace: NOTHING_RETRIEVED,
  }),
};
