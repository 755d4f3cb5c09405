/** Builds the name of every key. Parts from outside are encoded, so that no two names collide. */
export const redisKeys = {
  /** List of a conversation's window; the form that other programs know. */
  window: (tenant: string, conversationId: string) =>
    tenant === "default"
      ? `chat:${part(conversationId)}`
      : `chat:${part(tenant)}:${part(conversationId)}`,
  /** String: when the window was removed. In the slot of the window, whose name is its tag. */
  windowRemoved: (tenant: string, conversationId: string) =>
    `removed:{${redisKeys.window(tenant, conversationId)}}`,
  /** String: whose the window's conversation is. In the slot of the window. */
  windowOwner: (tenant: string, conversationId: string) =>
    `owner:{${redisKeys.window(tenant, conversationId)}}`,
  /** String: the message that a request of a chat was answered as. */
  answeredRequest: (tenant: string, hash: string) => `answered:${part(tenant)}:${hash}`,
  /** Hash of a stored answer. */
  answer: (scope: string, id: string) => `${redisKeys.answers(scope)}${part(id)}`,
  /** What the answers of a scope begin with, and those of no other. */
  answers: (scope: string) => `${ANSWERS}${part(scope)}:`,
  /** Set of the answer keys that were made from a document. */
  dependants: (tenant: string, documentId: string) =>
    `dependants:${part(tenant)}:${part(documentId)}`,
  /** Hash of a passage. */
  passage: (tenant: string, passageId: string) => `${redisKeys.passages(tenant)}${part(passageId)}`,
  /** What the passages of a tenant begin with, and those of no other. */
  passages: (tenant: string) => `passage:${part(tenant)}:`,
  /** Set of the ids of a document's passages. */
  document: (tenant: string, documentId: string) => `document:${part(tenant)}:${part(documentId)}`,
  /** String: names the state of a tenant's passages. Without a lease, like the passages. */
  knowledgeVersion: (tenant: string) => `index:knowledge:${part(tenant)}`,
  /** Sorted set of a caller's requests in the window. */
  rate: (tenant: string, caller: string) => `rate:${part(tenant)}:${part(caller)}`,
  /** String: the token of the one who answers this question now. */
  flight: (key: string) => `flight:${part(key)}`,
  /** String: how that one ended, for those who wait. In the slot of the flight, whose name is its tag. */
  flightResult: (key: string, token: string) => `landing:{${redisKeys.flight(key)}}:${part(token)}`,
  /** String: the vector of a text. */
  embedding: (embedderId: string, hash: string) => `embedding:${part(embedderId)}:${hash}`,
  /** String: which stored answer a message was. */
  served: (tenant: string, messageId: string) => `served:${part(tenant)}:${part(messageId)}`,
  /** Sorted set of a tenant's questions by how often they came. */
  mostAsked: (tenant: string) => `most-asked:${part(tenant)}`,
  /** Sorted set of a tenant's questions by what their hits saved. */
  mostSaved: (tenant: string) => `most-saved:${part(tenant)}`,
  /** Stream of ended turns on their way to the database. Without a lease: they end when they are there. */
  usage: "usage",
  /** Stream of turns that could not be recorded yet. Without a TTL: they end when they are recorded. */
  usageAside: "usage:aside",
  /** Stream of the last entries that were no turns. */
  usageRefused: "usage:refused",
  /** Hash of a user's profile; the form that other programs know. */
  profile: (tenant: string, userId: string) => `user:${part(tenant)}:${part(userId)}`,
  /** String: the token of the one who last began to fill that hash. */
  profileFilling: (tenant: string, userId: string) =>
    `filling-user:${part(tenant)}:${part(userId)}`,
  /** String: names the data; another name means that all data was lost in between. */
  dataSet: "index:data-set",
  /** String, leased: some replica uses this vector space. */
  space: (space: string) => `index:space:${space}`,
  answersIndex: (space: string) => `answers:${space}`,
  passagesIndex: (space: string, tenant: string) => `passages:${space}:${part(tenant)}`,
};

/** What all answers begin with. */
export const ANSWERS = "answer:";

/** Which document a key of `redisKeys.document` is of; undefined for another key. */
export function parseDocumentKey(key: string): { tenant: string; documentId: string } | undefined {
  const [name, tenant, documentId, ...more] = key.split(":");
  if (name !== "document" || tenant === undefined || documentId === undefined || more.length > 0) {
    return undefined;
  }
  return { tenant: decodeURIComponent(tenant), documentId: decodeURIComponent(documentId) };
}

/** A document id as a tag of an index. */
export function documentTag(documentId: string): string {
  return part(documentId);
}

/** Another id as a tag: it holds no separator of tags. */
export const idTag = part;

/** Ids as they are; anything else with its `:`, `{`, `}`, `*` and the like encoded. */
function part(text: string): string {
  return encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\uFFFD")).replaceAll("*", "%2A");
}
