import { z } from "zod";
import { windowOf } from "../history/context-window.ts";
import type { ChatMessage } from "../history/types.ts";
import { decideAccess, toOwnership } from "../identity/decide-access.ts";
import { RepriseError } from "../errors.ts";
import { waitAtMost } from "../operations/with-deadline.ts";
import { forkConversation } from "./fork-conversation.ts";
import { messageIdOf, responseIdOf } from "./formats/response-format.ts";
import { toListedItems } from "./formats/response-input.ts";
import { keyOfItem } from "./formats/response-output.ts";
import type { InputItem } from "./schemas/response-request-schemas.ts";
import type { HttpDependencies, Principal } from "./types.ts";
import type { TranscriptMessage } from "../transcripts/types.ts";
import { invalidRequest } from "./validate.ts";

/** Maximum responses that the references of one request resolve to. */
const MAX_REFERRED = 100;
/** How long a reply waits until its response is stored, in milliseconds. */
const KEEP_MS = 1_000;

const partSchema = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  refusal: z.string().optional(),
});

/** An item from a model or a client: already accepted, so not validated again. */
const itemSchema = z.looseObject({
  type: z.string().optional(),
  id: z.string().nullish(),
  role: z.enum(["user", "assistant", "system", "developer"]).optional(),
  content: z.union([z.string(), z.array(partSchema)]).nullish(),
  call_id: z.string().optional(),
  name: z.string().optional(),
  arguments: z.string().optional(),
  output: z.unknown().optional(),
});

const storedSchema = z.object({
  response: z.looseObject({ output: z.array(itemSchema) }),
  developer: z.array(z.string()),
  turn: z.array(itemSchema),
  /** Responses of earlier versions have none. */
  input: z.array(z.looseObject({ id: z.string(), type: z.string() })).default([]),
});

/** A stored response that a client may read or continue from. */
export interface StoredResponse extends z.infer<typeof storedSchema> {
  readonly id: string;
  readonly conversationId: string;
  /** Time of the request, in milliseconds since the epoch. */
  readonly createdAt: number;
}

/** Conversation of a response. */
export interface ResponsePlace {
  /** Null: not stored. */
  readonly conversationId: string | null;
  readonly begins: boolean;
  /** Earlier messages. Default: the stored conversation. */
  readonly history?: readonly ChatMessage[] | undefined;
}

/** @returns undefined if it does not exist or belongs to another caller */
export async function findResponse(
  id: string,
  caller: Principal,
  { responses }: HttpDependencies,
): Promise<StoredResponse | undefined> {
  const found = await responses.find({ tenant: caller.tenant, id });
  if (found === undefined || !decideAccess(toOwnership(found.owner), caller).allowed) {
    return undefined;
  }
  const { conversationId, createdAt } = found;
  return { id, conversationId, createdAt, ...storedSchema.parse(JSON.parse(found.body)) };
}

/** @throws RepriseError `previous_response_not_found` */
export async function findPrevious(
  id: string,
  caller: Principal,
  dependencies: HttpDependencies,
): Promise<StoredResponse> {
  const found = await findResponse(id, caller, dependencies);
  if (found !== undefined) return found;
  const message = `There is no response ${id}; responses are kept for 30 days, unless store is false.`;
  const details = [{ param: "previous_response_id", message: "is no response that is there" }];
  throw new RepriseError("previous_response_not_found", message, { details });
}

/**
 * Replaces references with the items.
 *
 * @throws RepriseError `not_found` for an item that is not stored
 */
export async function resolveReferences(
  items: readonly InputItem[],
  caller: Principal,
  dependencies: HttpDependencies,
): Promise<InputItem[]> {
  const known = new Map<string, StoredResponse | undefined>();
  const resolved: InputItem[] = [];
  for (const [index, item] of items.entries()) {
    if (!isReference(item)) {
      resolved.push(item);
      continue;
    }
    const id = item.id ?? "";
    const responseId = `resp_${keyOfItem(id)}`;
    if (!known.has(responseId)) {
      if (known.size >= MAX_REFERRED) {
        const message = `refers to the items of more than ${MAX_REFERRED} responses`;
        throw invalidRequest([{ param: `input[${index}].id`, message }]);
      }
      known.set(responseId, await findResponse(responseId, caller, dependencies));
    }
    const found = known.get(responseId)?.response.output.find((output) => output.id === id);
    if (found === undefined) {
      const message = `There is no item ${id.slice(0, 200)}.`;
      const details = [{ param: `input[${index}].id`, message: "is no item that is there" }];
      throw new RepriseError("not_found", message, { details });
    }
    resolved.push(found);
  }
  return resolved;
}

/** The type may be left out: an id without a message is a reference. */
function isReference({ type, id, role }: InputItem): boolean {
  const isUntyped = type === undefined || type === null;
  return type === "item_reference" || (isUntyped && role === undefined && typeof id === "string");
}

/**
 * Continues the conversation of a response. If other turns followed it, continues with a copy up to it, so that
 * chains can branch.
 */
export async function placeAfter(
  previous: StoredResponse,
  { caller, isKept }: { caller: Principal; isKept: boolean },
  dependencies: HttpDependencies,
): Promise<ResponsePlace> {
  const { conversationId } = previous;
  const key = { tenant: caller.tenant, conversationId };
  const complete = await dependencies.recorder.settle(caller.tenant);
  const messages = await dependencies.transcripts.read(key);
  const end = endOf(previous, messages);
  const said = messages.slice(0, end);
  if (!isKept) {
    return { conversationId: null, begins: false, history: windowOf(said) };
  }
  if (end === messages.length) return { conversationId, begins: false };
  const upToMessageId = said.at(-1)?.id;
  if (upToMessageId === undefined) {
    return { conversationId: dependencies.newId("conv"), begins: true };
  }
  const from = { ...key, owner: caller.owner, upToMessageId, complete };
  const copy = await forkConversation(dependencies, from);
  return { conversationId: copy.id, begins: false };
}

/** Number of messages in the conversation when the response ended. A response with tool calls is not a turn. */
function endOf(
  { id: responseId, createdAt, turn }: StoredResponse,
  messages: readonly TranscriptMessage[],
): number {
  const messageId = messageIdOf(responseId);
  const at = messages.findIndex(({ id }) => id === messageId);
  if (at !== -1) return at + 1;
  const next = messages.findIndex((message) => turn.length > 0 && message.createdAt > createdAt);
  return next === -1 ? messages.length : next;
}

/** Stores a response before the client receives its end. If storing fails, the reply is still sent. */
export async function keepResponse(
  stored: {
    readonly response: object;
    readonly developer: readonly string[];
    readonly turn: readonly InputItem[];
    readonly input: readonly InputItem[];
    readonly conversationId: string;
    readonly messageId: string;
    readonly createdAt: number;
  },
  caller: Principal,
  { responses, logger }: HttpDependencies,
): Promise<void> {
  const { response, developer, turn, conversationId, messageId, createdAt } = stored;
  const id = responseIdOf(messageId);
  const input = toListedItems(stored.input, keyOfItem(id));
  const kept = responses.put({
    tenant: caller.tenant,
    id,
    conversationId,
    owner: caller.owner ?? null,
    createdAt,
    body: JSON.stringify({ response, developer, turn, input }),
  });
  const settled = kept.catch((err: unknown) => logger.warn({ err }, "a response was not kept"));
  await waitAtMost(settled, KEEP_MS);
}
