/** Builds all key names. External parts are encoded, so that names never collide. */
export const redisKeys = {
  /** List: a conversation's window, in the format documented for other programs. */
  window: (tenant: string, conversationId: string) =>
    tenant === "default"
      ? `chat:${part(conversationId)}`
      : `chat:${part(tenant)}:${part(conversationId)}`,
  /**
   * String: when the window was removed. Uses the window's name as hash tag, to be in the same
   * slot.
   */
  windowRemoved: (tenant: string, conversationId: string) =>
    `removed:{${redisKeys.window(tenant, conversationId)}}`,
  /** String: owner of the conversation. In the slot of the window. */
  windowOwner: (tenant: string, conversationId: string) =>
    `owner:{${redisKeys.window(tenant, conversationId)}}`,
  /** String: the message that answered a request of a client's chat. */
  answeredRequest: (tenant: string, hash: string) => `answered:${part(tenant)}:${hash}`,
  /** Hash: a cached answer. */
  answer: (scope: string, id: string) => `${redisKeys.answers(scope)}${part(id)}`,
  /** Key prefix of the answers of a scope, and of no other. */
  answers: (scope: string) => `${ANSWERS}${part(scope)}:`,
  /** Set: keys of the answers made from a document. */
  dependants: (tenant: string, documentId: string) =>
    `dependants:${part(tenant)}:${part(documentId)}`,
  /** Hash: a passage. */
  passage: (tenant: string, passageId: string) => `${redisKeys.passages(tenant)}${part(passageId)}`,
  /** Key prefix of the passages of a tenant, and of no other. */
  passages: (tenant: string) => `passage:${part(tenant)}:`,
  /** Set: ids of a document's passages. */
  document: (tenant: string, documentId: string) => `document:${part(tenant)}:${part(documentId)}`,
  /** String: version of a tenant's passages. No TTL, like the passages. */
  knowledgeVersion: (tenant: string) => `index:knowledge:${part(tenant)}`,
  /** Sorted set: a caller's requests in the rate-limit window. */
  rate: (tenant: string, caller: string) => `rate:${part(tenant)}:${part(caller)}`,
  /** String: token of the process that leads this flight. */
  flight: (key: string) => `flight:${part(key)}`,
  /** String: result of the flight, for its followers. In the slot of the flight. */
  flightResult: (key: string, token: string) => `landing:{${redisKeys.flight(key)}}:${part(token)}`,
  /** String: the embedding of a text. */
  embedding: (embedderId: string, hash: string) => `embedding:${part(embedderId)}:${hash}`,
  /** String: the cache entry of a message. */
  served: (tenant: string, messageId: string) => `served:${part(tenant)}:${part(messageId)}`,
  /** Sorted set: a tenant's questions by number of requests. */
  mostAsked: (tenant: string) => `most-asked:${part(tenant)}`,
  /** Sorted set: a tenant's questions by savings of their hits. */
  mostSaved: (tenant: string) => `most-saved:${part(tenant)}`,
  /** Stream: finished turns to be written to the database. No TTL: entries are removed once written. */
  usage: "usage",
  /** Stream: turns that could not be written yet. No TTL: entries are removed once written. */
  usageDeferred: "usage:aside",
  /** Stream: the latest invalid entries. */
  usageRefused: "usage:refused",
  /** Hash: a user's profile, in the format documented for other programs. */
  profile: (tenant: string, userId: string) => `user:${part(tenant)}:${part(userId)}`,
  /** String: token of the latest process that announced a copy of the profile. */
  profileFilling: (tenant: string, userId: string) =>
    `filling-user:${part(tenant)}:${part(userId)}`,
  /** String: random id of the data. Another id means that all data was lost. */
  dataSet: "index:data-set",
  /** String with a TTL: a replica uses this vector space. */
  space: (space: string) => `index:space:${space}`,
  answersIndex: (space: string) => `answers:${space}`,
  passagesIndex: (space: string, tenant: string) => `passages:${space}:${part(tenant)}`,
};

/** Key prefix of all answers. */
export const ANSWERS = "answer:";

/** Parses a key of `redisKeys.document`; undefined for other keys. */
export function parseDocumentKey(key: string): { tenant: string; documentId: string } | undefined {
  const [name, tenant, documentId, ...more] = key.split(":");
  if (name !== "document" || tenant === undefined || documentId === undefined || more.length > 0) {
    return undefined;
  }
  return { tenant: decodeURIComponent(tenant), documentId: decodeURIComponent(documentId) };
}

/** Encodes a document id as an index tag. */
export function documentTag(documentId: string): string {
  return part(documentId);
}

/** Encodes an id as an index tag, without tag separators. */
export const idTag = part;

/** Keeps ids as they are, and encodes `:`, `{`, `}`, `*` and the like. */
function part(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\uFFFD")).replaceAll("*", "%2A");
}
