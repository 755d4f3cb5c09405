import type { Route } from "./define-route.ts";
import { CACHE_ENTRY_ROUTES } from "./resources/cache-entries.ts";
import { CACHE_ROUTES } from "./resources/cache.ts";
import { CHAT_ROUTES } from "./resources/chat.ts";
import { CONVERSATION_ROUTES } from "./resources/conversations.ts";
import { DOCUMENT_VERSION_ROUTES } from "./resources/document-versions.ts";
import { DOCUMENT_ROUTES } from "./resources/documents.ts";
import { EMBEDDING_ROUTES } from "./resources/embeddings.ts";
import { FEEDBACK_ROUTES } from "./resources/feedback.ts";
import { JOB_ROUTES } from "./resources/jobs.ts";
import { LOOKUP_ROUTES } from "./resources/lookups.ts";
import { ME_ROUTES } from "./resources/me.ts";
import { OPENAI_ROUTES } from "./resources/openai.ts";
import { operationsRoutes } from "./resources/operations.ts";
import { POLICY_ROUTES } from "./resources/policy.ts";
import { PROFILE_ROUTES } from "./resources/profiles.ts";
import { REPORT_ROUTES } from "./resources/reports.ts";
import { RESPONSE_ROUTES } from "./resources/responses.ts";
import { SHADOW_ROUTES } from "./resources/shadow.ts";
import { TUNING_ROUTES } from "./resources/tuning.ts";
import { UI_CHAT_ROUTES } from "./resources/ui-chat.ts";

/** Every route, in the order of matching and of /openapi.json. */
export const ROUTES: readonly Route[] = [
  ...CHAT_ROUTES,
  ...OPENAI_ROUTES,
  ...EMBEDDING_ROUTES,
  ...RESPONSE_ROUTES,
  ...UI_CHAT_ROUTES,
  ...FEEDBACK_ROUTES,
  ...CONVERSATION_ROUTES,
  ...PROFILE_ROUTES,
  ...REPORT_ROUTES,
  ...DOCUMENT_ROUTES,
  ...DOCUMENT_VERSION_ROUTES,
  ...JOB_ROUTES,
  ...CACHE_ENTRY_ROUTES,
  ...CACHE_ROUTES,
  ...LOOKUP_ROUTES,
  ...POLICY_ROUTES,
  ...TUNING_ROUTES,
  ...SHADOW_ROUTES,
  ...ME_ROUTES,
  ...operationsRoutes(() => ROUTES),
];
