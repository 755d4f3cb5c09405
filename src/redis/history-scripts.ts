import { defineScript } from "./run-script.ts";

/**
 * Adds turns to a window, cuts it and renews its lease, as one step, and puts the record of the last
 * turn into the stream of those on their way to the database. KEYS: the list, when it was removed, whose
 * it is, the stream. ARGV: messages kept, lease in seconds, the lease of the owner, the record or
 * nothing, then for each turn its number of items, 1 where it may have been added before, when it was
 * asked or nothing, the owner or nothing, 1 where it takes the place of the last turn with the same first
 * item, and the items. A turn that may have been added is left out
 * where its items stand in the list, one after the other; one that was asked before the list was removed
 * always, and one of an owner who is not the list's. An owner is noted where there is none, or where
 * the one there is not settled (\`?\`) and the same. Gives the record's id in the stream, if it has one, and when
 * the list was removed, in milliseconds.
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
 * Brings back a window that Redis lost. KEYS: the list. ARGV: messages kept, lease in seconds, and the
 * items as this process knows them. Others may have begun to bring it back: what follows their last
 * item is added; a list that ends with something unknown has gone on without us and is left alone.
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
