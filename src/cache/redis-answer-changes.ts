import { z } from "zod";
import type { RedisConnection } from "../redis/connection.ts";
import { redisKeys } from "../redis/redis-keys.ts";
import { defineScript, runScript } from "../redis/run-script.ts";
import { MAX_JUDGEMENTS, type AnswerStore } from "./types.ts";

const removedSchema = z.tuple([z.number(), z.number()]);

/** Answers that one call removes: each takes time in the vector index, and no call may block Redis. */
const REMOVED_AT_ONCE = 100;

/**
 * Removes some of the answers made from a document, atomically; returns how many were removed and how many are
 * left to check. KEYS: the document's set of dependants. ARGV: the document's id, the number of answers. Skips an
 * answer that was replaced and no longer uses the document.
 */
const REMOVE_DEPENDANTS = defineScript(`
  local removed = 0
  for _, key in ipairs(redis.call('SPOP', KEYS[1], ARGV[2])) do
    local documents = redis.call('HGET', key, 'documents')
    if documents then
      for _, id in ipairs(cjson.decode(documents)) do
        if id == ARGV[1] then
          removed = removed + redis.call('DEL', key)
          break
        end
      end
    end
  end
  return { removed, redis.call('SCARD', KEYS[1]) }
`);

/**
 * Records the version of the passages for which an answer is current, if the answer exists. KEYS: the answer.
 * ARGV: the version.
 */
const CONFIRM = defineScript(`
  if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
  redis.call('HSET', KEYS[1], 'knowledge', ARGV[1])
  return 1
`);

/**
 * Sets or clears the quarantine. KEYS: the answer. ARGV: 1 or 0, and the creation time of the answer in
 * milliseconds, or an empty string.
 */
const SET_QUARANTINED = defineScript(`
  local place = redis.call('HGET', KEYS[1], 'place')
  if not place then return 0 end
  if ARGV[2] ~= '' and math.floor(tonumber(place) / 1000) ~= tonumber(ARGV[2]) then return 0 end
  redis.call('HSET', KEYS[1], 'quarantined', ARGV[1])
  return 1
`);

/**
 * Adds a judgement to an answer, oldest first. KEYS: the answer. ARGV: creation time of the answer in
 * milliseconds; id of the judged question; 1 or 0; maximum number of judgements.
 */
const ADD_JUDGEMENT = defineScript(`
  local place = redis.call('HGET', KEYS[1], 'place')
  if not place or math.floor(tonumber(place) / 1000) ~= tonumber(ARGV[1]) then return 0 end
  local kept = {}
  local text = redis.call('HGET', KEYS[1], 'judgements')
  if text and text ~= '' then
    for _, judgement in ipairs(cjson.decode(text)) do
      if judgement.questionId ~= ARGV[2] then table.insert(kept, judgement) end
    end
  end
  table.insert(kept, { questionId = ARGV[2], isSame = ARGV[3] == '1' })
  while #kept > tonumber(ARGV[4]) do table.remove(kept, 1) end
  redis.call('HSET', KEYS[1], 'judgements', cjson.encode(kept))
  return 1
`);

/** Changes to existing answers, each atomic. */
export function createRedisAnswerChanges(
  connection: RedisConnection,
): Pick<AnswerStore, "confirm" | "removeByDocument" | "setQuarantined" | "addJudgement"> {
  return {
    async confirm({ scope, id, knowledgeVersion }) {
      const keys = [redisKeys.answer(scope, id)];
      await connection.run((client) => runScript(client, CONFIRM, keys, [knowledgeVersion]));
    },

    async removeByDocument({ tenant, documentId }) {
      const keys = [redisKeys.dependants(tenant, documentId)];
      const values = [documentId, String(REMOVED_AT_ONCE)];
      let sum = 0;
      for (let left = 1; left > 0;) {
        const reply = await connection.run((client) =>
          runScript(client, REMOVE_DEPENDANTS, keys, values),
        );
        const [removed, remaining] = removedSchema.parse(reply);
        sum += removed;
        left = remaining;
      }
      return sum;
    },

    async setQuarantined({ scope, id, isQuarantined, createdAt }) {
      const keys = [redisKeys.answer(scope, id)];
      const values = [isQuarantined ? "1" : "0", createdAt === undefined ? "" : String(createdAt)];
      const changed = await connection.run((client) =>
        runScript(client, SET_QUARANTINED, keys, values),
      );
      return changed === 1;
    },

    async addJudgement({ scope, id, createdAt, judgement }) {
      const keys = [redisKeys.answer(scope, id)];
      const { questionId, isSame } = judgement;
      const values = [String(createdAt), questionId, isSame ? "1" : "0", String(MAX_JUDGEMENTS)];
      const added = await connection.run((client) =>
        runScript(client, ADD_JUDGEMENT, keys, values),
      );
      return added === 1;
    },
  };
}
