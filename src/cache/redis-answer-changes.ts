import { z } from "zod";
import type { RedisConnection } from "../redis/connection.ts";
import { redisKeys } from "../redis/redis-keys.ts";
import { defineScript, runScript } from "../redis/run-script.ts";
import { MAX_JUDGEMENTS, type AnswerStore } from "./types.ts";

/**
 * Removes the answers made from a document, as one step. KEYS: the set of its dependants. ARGV: the
 * document's id. An answer that was replaced and is not made from it any more stays.
 */
const REMOVE_DEPENDANTS = defineScript(`
  local removed = 0
  for _, key in ipairs(redis.call('SMEMBERS', KEYS[1])) do
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
  redis.call('DEL', KEYS[1])
  return removed
`);

/**
 * Notes under which state of the passages an answer was found true, where it still stands. KEYS: the
 * answer. ARGV: the state's name.
 */
const CONFIRM = defineScript(`
  if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
  redis.call('HSET', KEYS[1], 'knowledge', ARGV[1])
  return 1
`);

/**
 * Puts an answer in quarantine or takes it out. KEYS: the answer. ARGV: 1 or 0, and when the answer was
 * made, in milliseconds, or nothing.
 */
const SET_QUARANTINED = defineScript(`
  local place = redis.call('HGET', KEYS[1], 'place')
  if not place then return 0 end
  if ARGV[2] ~= '' and math.floor(tonumber(place) / 1000) ~= tonumber(ARGV[2]) then return 0 end
  redis.call('HSET', KEYS[1], 'quarantined', ARGV[1])
  return 1
`);

/**
 * Keeps a judgement with an answer, oldest first. KEYS: the answer. ARGV: when the answer was made, in
 * milliseconds; the judged question's id; 1 or 0; how many are kept.
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

/** What is changed of stored answers where they stand, each as one step. */
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
      const removed = await connection.run((client) =>
        runScript(client, REMOVE_DEPENDANTS, keys, [documentId]),
      );
      return z.number().parse(removed);
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
