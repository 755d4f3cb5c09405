/** Types of requests and replies from the server's schemas; only types are imported. */
import type { z } from "zod";
import type { cacheStatsSchema, explanationSchema } from "../../src/http/schemas/cache-schemas.ts";
import type {
  cacheOutcomeSchema,
  chatReplySchema,
  chatRequestSchema,
  feedbackSchema,
} from "../../src/http/schemas/chat-schemas.ts";
import type {
  citationSchema,
  errorSchema,
  principalSchema,
} from "../../src/http/schemas/common-schemas.ts";
import type {
  documentListSchema,
  documentPassagesSchema,
  documentSchema,
  documentVersionsSchema,
  ingestReportSchema,
  removedDocumentSchema,
  searchResultSchema,
} from "../../src/http/schemas/document-schemas.ts";
import type {
  entryListSchema,
  entrySchema,
  listedEntrySchema,
  removedEntriesSchema,
} from "../../src/http/schemas/entry-schemas.ts";
import type {
  reviewItemSchema,
  reviewListSchema,
} from "../../src/http/schemas/feedback-schemas.ts";
import type { lookupListSchema, lookupSchema } from "../../src/http/schemas/lookup-schemas.ts";
import type {
  policyDiffSchema,
  policySchema,
  policyVersionsSchema,
} from "../../src/http/schemas/policy-schemas.ts";
import type {
  conversationListSchema,
  conversationSchema,
  costReportSchema,
  conversationUsageSchema,
  ledgerEntrySchema,
} from "../../src/http/schemas/record-schemas.ts";
import type {
  evaluationSchema,
  replaySchema,
  shadowReportSchema,
} from "../../src/http/schemas/tuning-schemas.ts";

export type ErrorReply = z.infer<typeof errorSchema>;
export type Reader = z.infer<typeof principalSchema>;

export type ChatBody = z.input<typeof chatRequestSchema>;
export type ChatReply = z.infer<typeof chatReplySchema>;
export type CacheOutcome = z.infer<typeof cacheOutcomeSchema>;
export type Citation = z.infer<typeof citationSchema>;
export type Feedback = z.infer<typeof feedbackSchema>;

export type ConversationList = z.infer<typeof conversationListSchema>;
export type Conversation = z.infer<typeof conversationSchema>;
export type ConversationUsage = z.infer<typeof conversationUsageSchema>;
export type CostReport = z.infer<typeof costReportSchema>;
export type CostRow = CostReport["rows"][number];
export type LedgerLine = z.infer<typeof ledgerEntrySchema>;

export type DocumentList = z.infer<typeof documentListSchema>;
export type KnowledgeDocument = z.infer<typeof documentSchema>;
export type DocumentPassages = z.infer<typeof documentPassagesSchema>;
export type DocumentVersions = z.infer<typeof documentVersionsSchema>;
export type IngestReport = z.infer<typeof ingestReportSchema>;
export type RemovedDocument = z.infer<typeof removedDocumentSchema>;
export type SearchResult = z.infer<typeof searchResultSchema>;

export type CacheEntry = z.infer<typeof entrySchema>;
export type CacheEntryList = z.infer<typeof entryListSchema>;
export type ListedEntry = z.infer<typeof listedEntrySchema>;
export type RemovedEntries = z.infer<typeof removedEntriesSchema>;
export type CacheStats = z.infer<typeof cacheStatsSchema>;
export type Explanation = z.infer<typeof explanationSchema>;

export type ReviewItem = z.infer<typeof reviewItemSchema>;
export type ReviewList = z.infer<typeof reviewListSchema>;

export type Lookup = z.infer<typeof lookupSchema>;
export type LookupList = z.infer<typeof lookupListSchema>;
export type Evaluation = z.infer<typeof evaluationSchema>;
export type CurveRow = Evaluation["thresholds"][number];
export type Policy = z.infer<typeof policySchema>;
export type PolicyVersions = z.infer<typeof policyVersionsSchema>;
export type PolicyVersion = PolicyVersions["versions"][number];
export type PolicyDiff = z.infer<typeof policyDiffSchema>;
export type ShadowReport = z.infer<typeof shadowReportSchema>;
export type Replay = z.infer<typeof replaySchema>;
