import { defineScript } from "./run-script.ts";

/**
 * Appends turns to a window, trims it and renews its TTL, and adds the record of the last turn to
 * the stream, in one step.
 *
 * KEYS: the list, the time of its removal, its owner, and the stream.
 *
 * ARGV:
 * - maximum messages, TTL of the list in seconds, TTL of the owner in seconds
 * - the record, or empty
 * - for each turn: its number of items, 1 if it may have been added before, the time it was asked
 *   or empty, the owner or empty, 1 if it replaces the last turn with the same first item, then the
 *   items
 *
 * A turn is skipped in three cases: it may have been added before and its items are in the list
 * consecutively; it was asked before the list was removed; it has another owner than the list. The
 * owner is stored if there is none, or if the stored one is the same and unsettled (`?`).
 *
 * Returns the record's id in the stream or empty, and the time of the list's removal in
 * milliseconds or empty.
 */
export const APPEND_TURNS = defineScript(`
  local function stands(list, first, count)
    for start = 1, #list - count + 1 do
      local same = true
      for offset = 0, count - 1 do
        if list[start + offset] ~= ARGV[first + offset] then same = false break end
      end
      if same then return true end
    end
    return false
  end

  local function dropAnswered(question)
    local list = redis.call('LRANGE', KEYS[1], 0, -1)
    for place = #list, 1, -1 do
      if list[place] == question then
        if place == 1 then redis.call('DEL', KEYS[1]) else redis.call('LTRIM', KEYS[1], 0, place - 2) end
        return
      end
    end
  end

  local removed = redis.call('GET', KEYS[2]) or ''
  local owner = redis.call('GET', KEYS[3])
  local at = 5
  while at <= #ARGV do
    local count, unsure, asked, first = tonumber(ARGV[at]), ARGV[at + 1] == '1', ARGV[at + 2], at + 5
    local isGone = removed ~= '' and asked ~= '' and tonumber(asked) <= tonumber(removed)
    local own = ARGV[at + 3]
    if own ~= '' then
      if not owner or owner == '?' .. own then owner = own end
      if owner == own then redis.call('SET', KEYS[3], own, 'EX', ARGV[3]) else isGone = true end
    end
    if not isGone and not (unsure and stands(redis.call('LRANGE', KEYS[1], 0, -1), first, count)) then
      if ARGV[at + 4] == '1' then dropAnswered(ARGV[first]) end
      for place = first, first + count - 1 do redis.call('RPUSH', KEYS[1], ARGV[place]) end
    end
    at = first + count
  end
  redis.call('LTRIM', KEYS[1], -tonumber(ARGV[1]), -1)
  redis.call('EXPIRE', KEYS[1], ARGV[2])
  if ARGV[4] == '' then return { '', removed } end
  return { redis.call('XADD', KEYS[4], '*', 'turn', ARGV[4]), removed }
`);

/**
 * Restores a window that Redis lost. KEYS: the list. ARGV: maximum messages, TTL in seconds, and
 * the items that this process remembers. If another replica has started to restore the list, the
 * items after its last one are appended. A list that ends with an unknown item has continued
 * elsewhere and is left alone.
 */
export const RESTORE_WINDOW = defineScript(`
  local list = redis.call('LRANGE', KEYS[1], 0, -1)
  local first = 3
  if #list > 0 then
    first = #ARGV + 1
    for last = #ARGV, 3, -1 do
      local back = 0
      while back < #list and last - back >= 3 and list[#list - back] == ARGV[last - back] do
        back = back + 1
      end
      if back > 0 and (back == #list or last - back < 3) then
        first = last + 1
        break
      end
    end
  end
  for place = first, #ARGV do redis.call('RPUSH', KEYS[1], ARGV[place]) end
  if first <= #ARGV then
    redis.call('LTRIM', KEYS[1], -tonumber(ARGV[1]), -1)
    redis.call('EXPIRE', KEYS[1], ARGV[2])
  end
  return #ARGV - first + 1
`);

/** Minimum TTL of an owner note, in seconds; never shorter than that of its window. */
const LEAST_TTL_SECONDS = 86_400;

/** TTL of an owner note for a window with this TTL. */
export function noteTtlSeconds(windowTtlSeconds: number): number {
  return Math.max(windowTtlSeconds, LEAST_TTL_SECONDS);
}
