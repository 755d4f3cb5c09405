import { z } from "zod";
import { events, UNNAMED } from "../described-body.ts";
import {
  cacheOutcomeSchema,
  cacheRequestSchema,
  documentFilterSchema,
  localeSchema,
} from "./chat-schemas.ts";
import {
  citationSchema,
  costSchema,
  idSchema,
  plainTextSchema,
  savedSchema,
  unknownFieldSchema,
  usageSchema,
  userIdSchema,
} from "./common-schemas.ts";

/** A part of a message; its position decides which types are accepted. */
const partSchema = z.looseObject({
  type: z.string().min(1).max(200),
  text: plainTextSchema.optional(),
  filename: plainTextSchema.nullish(),
  url: z.string().optional(),
  mediaType: plainTextSchema.nullish(),
});

const uiMessageSchema = z
  .object({
    id: z.string().optional(),
    metadata: z.unknown().optional().meta({ description: "Belongs to the app" }),
    role: z.enum(["system", "user", "assistant"]),
    parts: z.array(partSchema).max(1_000),
  })
  .catchall(unknownFieldSchema)
  .meta({ id: "UiMessage", description: "A UIMessage of the AI SDK" });

/** The body of `DefaultChatTransport`, with the fields that its `body` option may add. */
export const uiChatRequestSchema = z
  .strictObject({
    id: idSchema.optional().meta({ description: "The chat's id: the conversation's id here" }),
    messages: z.array(uiMessageSchema).min(1).max(2_000),
    trigger: z.enum(["submit-message", "regenerate-message"]).optional(),
    messageId: z
      .string()
      .nullish()
      .meta({ description: "The message that was edited, or is to be generated anew" }),
    cache: cacheRequestSchema.optional(),
    documents: documentFilterSchema.optional(),
    user_id: userIdSchema.optional(),
    locale: localeSchema.optional(),
  })
  .meta({ id: "UiChatRequest" });

export type UiChatRequestBody = z.infer<typeof uiChatRequestSchema>;
export type UiMessageBody = z.infer<typeof uiMessageSchema>;

const metadataSchema = z
  .object({
    conversation_id: z.string().nullable().optional(),
    cache: cacheOutcomeSchema.optional(),
    cost: costSchema.optional(),
    saved: savedSchema.optional(),
    usage: usageSchema.optional(),
    degraded: z.array(z.string()).optional(),
    refused: z.literal(true).optional().meta({ description: "The model refused to answer" }),
  })
  .meta({ id: "UiMessageMetadata", description: "`metadata` of the message, as it becomes known" });

const id = z.string();
const block = (type: "text" | "reasoning") => [
  z.object({ type: z.literal(`${type}-start`), id }),
  z.object({ type: z.literal(`${type}-delta`), id, delta: z.string() }),
  z.object({ type: z.literal(`${type}-end`), id }),
];

/** A part of the AI SDK's UI message stream. */
const uiMessageChunkSchema = z
  .union([
    z.object({ type: z.literal("start"), messageId: z.string(), messageMetadata: metadataSchema }),
    z.object({ type: z.literal("start-step") }),
    ...block("reasoning"),
    z.object({ type: z.literal("reset-step") }).meta({
      description: "The text so far was thinking: the message begins anew",
    }),
    ...block("text"),
    z.object({
      type: z.literal("source-document"),
      sourceId: z.string(),
      mediaType: z.literal("text/plain"),
      title: z.string(),
      providerMetadata: z.object({ reprise: citationSchema }),
    }),
    z.object({ type: z.literal("message-metadata"), messageMetadata: metadataSchema }),
    z.object({ type: z.literal("finish-step") }),
    z.object({
      type: z.literal("finish"),
      finishReason: z.enum(["stop", "length", "content-filter", "other"]),
    }),
    z.object({ type: z.literal("abort"), reason: z.string() }),
    z.object({ type: z.literal("error"), errorText: z.string() }),
  ])
  .meta({ id: "UiMessageChunk" });

export type UiMessageChunk = z.input<typeof uiMessageChunkSchema>;
export type UiMessageMetadata = z.input<typeof metadataSchema>;

export const UI_MESSAGE_EVENTS = events(
  "start, start-step, reasoning and text blocks, source-document for each citation, message-metadata, finish-step, finish; abort where the answer was stopped, error where it failed; then [DONE]",
  { [UNNAMED]: uiMessageChunkSchema },
);
