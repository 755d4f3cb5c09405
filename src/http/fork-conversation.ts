import { RepriseError } from "../errors.ts";
import { windowOf } from "../history/context-window.ts";
import type { ConversationKey } from "../history/types.ts";
import { unknownConversation } from "../identity/conversation-owners.ts";
import type { ConversationSummary } from "../transcripts/types.ts";
import { notFoundIn } from "./read-record.ts";
import type { HttpDependencies } from "./types.ts";

/** Copies a conversation and its window. The copy belongs to the caller. */
export async function forkConversation(
  { transcripts, history, newId }: HttpDependencies,
  from: ConversationKey & {
    owner: string | undefined;
    upToMessageId: string | undefined;
    complete: boolean;
  },
): Promise<ConversationSummary> {
  const newConversationId = newId("conv");
  const { upToMessageId } = from;
  const fork = await transcripts.fork({
    ...from,
    newConversationId,
    newId: () => newId("msg"),
    now: Date.now(),
  });
  if (fork === undefined) {
    const message = `There is no message ${upToMessageId} in the conversation ${from.conversationId}.`;
    const noMessage = new RepriseError("not_found", message);
    const notFound =
      upToMessageId === undefined ? unknownConversation(from.conversationId) : noMessage;
    throw notFoundIn({ complete: from.complete }, notFound);
  }
  const copy = { tenant: from.tenant, conversationId: newConversationId };
  await history.append(copy, windowOf(await transcripts.read(copy)));
  return fork;
}
