import type { ConversationSummary, TranscriptMessage } from "../../transcripts/types.ts";
import { toCitationBody } from "./reply-format.ts";

const toTime = (milliseconds: number) => new Date(milliseconds).toISOString();

/** A conversation of a listing in the names of the API. */
export function toConversationBody(conversation: ConversationSummary) {
  const { id, title, messages } = conversation;
  return {
    id,
    title,
    user_id: conversation.userId,
    forked_from: conversation.forkedFrom,
    messages,
    created_at: toTime(conversation.createdAt),
    updated_at: toTime(conversation.updatedAt),
  };
}

/** A message of a transcript in the names of the API. */
export function toMessageBody({ id, role, content, createdAt, details }: TranscriptMessage) {
  return {
    id,
    role,
    content,
    created_at: toTime(createdAt),
    ...(details !== null && {
      model: details.model,
      cache: { status: details.status, tier: details.tier },
      finish_reason: details.finishReason,
      citations: details.citations.map(toCitationBody),
    }),
  };
}

/** A conversation to be read by people; what the messages say stays as it is. */
export function toMarkdown(
  { id, title, createdAt }: ConversationSummary,
  messages: readonly TranscriptMessage[],
): string {
  const parts = messages.map(({ role, content, createdAt, details }) => {
    const who = role === "user" ? "Question" : "Answer";
    const titles = new Set(details?.citations.map((citation) => citation.title));
    const sources = titles.size === 0 ? "" : `\n\nSources: ${[...titles].map(escape).join("; ")}`;
    return `## ${who}, ${toTime(createdAt)}\n\n${content}${sources}\n`;
  });
  return `# ${escape(title)}\n\nConversation ${id}, begun ${toTime(createdAt)}\n\n${parts.join("\n")}`;
}

function escape(text: string): string {
  return text.replace(/[\\`*_[\]<>#]/g, "\\$&");
}
