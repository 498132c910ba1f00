import { defineScript } from '../script.js';
import { STAMPS, STAMPS_PER_LIFE } from './head.js';

/*
 * A timeline is a list: its head (see `head.ts`), then decimal ids, the oldest first.
 *
 * Ids stand almost in order: an id may stand behind one that is at most DISORDER greater. Every bucket remembers
 * the greatest id it was ever given, so that a post that is not older than that by more than DISORDER can be appended without looking
 * at the timeline, which is what makes delivery fast; others are put in their place.
 */

/** Milliseconds by which ids may stand out of order. */
export const DISORDER_MS = 2000;
const UNITS_PER_MS = 2 ** 22;
const DISORDER = DISORDER_MS * UNITS_PER_MS;
/** The same in units of ids; a millisecond more, because Lua compares ids as doubles. */
export const DISORDER_SPAN = BigInt(DISORDER_MS + 1) << 22n;

const SHARED = `
local call = redis.call
-- 0 being built, 1 complete, 2 filled, 3 trimmed
local function state(head) return (head:byte(1) - 33) % 4 end
local function less(a, b) return #a < #b or (#a == #b and a < b) end
local function trim(key, keep)
  local head = call('LINDEX', key, 0)
  local was = state(head)
  if was == 0 then return end
  call('LTRIM', key, -keep, -1)
  call('LPUSH', key, string.char(head:byte(1) - was + 3) .. head:sub(2))
end
local function place(key, id)
  local n = call('LLEN', key)
  if n == 0 then return 0 end
  if n == 1 or less(call('LINDEX', key, -1), id) then return call('RPUSH', key, id) end
  local all = call('LRANGE', key, 0, -1)
  local at = n
  while at > 1 and less(id, all[at]) do at = at - 1 end
  if at > 1 then
    if all[at] == id then return n end
    return call('LINSERT', key, 'AFTER', all[at], id)
  end
  if state(all[1]) > 1 then return n end
  return call('LINSERT', key, 'AFTER', all[1], id)
end
local function raise(key, id, now)
  local top = call('GET', key)
  local newest = top or now
  if less(newest, id) then newest = id end
  if newest ~= top then call('SET', key, newest) end
  return tonumber(newest)
end
`;

/**
 * Delivers posts. KEYS: the bucket's newest id, then timelines. ARGV: the id of this moment, keep, the length above which to trim,
 * then pairs of a post id and the number of timelines it goes to, in the order of KEYS.
 * Answers how many timelines there were for each pair.
 */
export const PUSH = defineScript(`${SHARED}
local keep = tonumber(ARGV[2])
local most = tonumber(ARGV[3])
local at = 1
local hits = {}
for run = 4, #ARGV, 2 do
  local id = ARGV[run]
  local hit = 0
  local ordered = tonumber(id) >= raise(KEYS[1], id, ARGV[1]) - ${DISORDER}
  for i = at + 1, at + tonumber(ARGV[run + 1]) do
    local key = KEYS[i]
    local n
    if ordered then n = call('RPUSHX', key, id) else n = place(key, id) end
    if n > 0 then
      hit = hit + 1
      if n > most then trim(key, keep) end
    end
  end
  at = at + tonumber(ARGV[run + 1])
  hits[#hits + 1] = hit
end
return hits
`);

/**
 * Begins a build unless there is a timeline or a build of this server's life. KEYS: the timeline. ARGV: the head, the epoch,
 * milliseconds it may take, after which Redis removes it. Answers 1 when it began.
 */
export const BEGIN = defineScript(`
local head = redis.call('LINDEX', KEYS[1], 0)
if head and head:sub(2, 5) == ARGV[2] then return 0 end
redis.call('DEL', KEYS[1])
redis.call('RPUSH', KEYS[1], ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
`);

/**
 * Fills a build. KEYS: the bucket's newest id, the timeline. ARGV: the head of the build, the new head, the id of this moment, keep,
 * the length above which to trim, then ids, oldest first. Answers 1 when the build was still there.
 */
export const FILL = defineScript(`${SHARED}
local key = KEYS[2]
if call('LINDEX', key, 0) ~= ARGV[1] then return 0 end
local pushed = call('LRANGE', key, 1, -1)
call('DEL', key)
call('RPUSH', key, ARGV[2])
for i = 6, #ARGV, 1000 do call('RPUSH', key, unpack(ARGV, i, math.min(i + 999, #ARGV))) end
if #ARGV >= 6 then raise(KEYS[1], ARGV[#ARGV], ARGV[3]) end
for i = 1, #pushed do place(key, pushed[i]) end
if call('LLEN', key) > tonumber(ARGV[5]) then trim(key, tonumber(ARGV[4])) end
return 1
`);

/** Removes a build. KEYS: the timeline. ARGV: its head. */
export const ABANDON = defineScript(`
if redis.call('LINDEX', KEYS[1], 0) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
`);

const AGE = `
-- Stamps since the last read; one less than a whole turn is another process's clock, which is a little behind.
local function age(head, now)
  local stamps = (now - math.floor((head:byte(1) - 33) / 4)) % ${STAMPS}
  if stamps == ${STAMPS - 1} then return 0 end
  return stamps
end
`;

/**
 * Reads what stands before a position, and what stands behind it and may be older, of several timelines. KEYS: timelines. ARGV: the
 * stamp of this moment, then for each timeline the id of the position or an empty string and how many before it.
 *
 * Answers for each nothing when there is no timeline or nobody read it for too long, else its head, 1 when the first id of the
 * answer is the first of the timeline, and ids in the order of the timeline, joined by commas.
 */
export const READ = defineScript(`${SHARED}${AGE}
local now = tonumber(ARGV[1])
local function read(key, before, count)
  local head = call('LINDEX', key, 0)
  if not head or state(head) == 0 then return false end
  local stamps = age(head, now)
  if stamps >= ${STAMPS_PER_LIFE} then call('DEL', key) return false end
  if stamps > 0 then
    head = string.char(33 + state(head) + 4 * now) .. head:sub(2)
    call('LSET', key, 0, head)
  end
  local n = call('LLEN', key) - 1
  local start = n + 1
  local last = n
  if before ~= '' then
    local at = call('LPOS', key, before, 'RANK', -1)
    if not at then
      local low, high = 1, n + 1
      while low < high do
        local middle = math.floor((low + high) / 2)
        if less(call('LINDEX', key, middle), before) then low = middle + 1 else high = middle end
      end
      at = low
    end
    -- What is older than the position may stand behind it, as long as nothing there is newer by more than the disorder.
    local bound = tonumber(before) + ${DISORDER + 2 * UNITS_PER_MS}
    start = at
    last = at - 1
    local found = false
    while not found and at <= n do
      local ahead = call('LRANGE', key, at, at + 15)
      for i = 1, #ahead do
        if tonumber(ahead[i]) > bound then found = true break end
        last = at
        at = at + 1
      end
    end
  end
  local first = math.max(1, start - count)
  local ids = {}
  if last >= first then ids = call('LRANGE', key, first, last) end
  return { head, first == 1 and 1 or 0, table.concat(ids, ',') }
end
local answers = {}
for i = 1, #KEYS do answers[i] = read(KEYS[i], ARGV[2 * i], tonumber(ARGV[2 * i + 1])) end
return answers
`);

/** Removes timelines that nobody has read for too long. KEYS: timelines. ARGV: the stamp of this moment. Answers how many went. */
export const SWEEP = defineScript(`${SHARED}${AGE}
local now = tonumber(ARGV[1])
local gone = 0
for i = 1, #KEYS do
  local head = call('LINDEX', KEYS[i], 0)
  if head and state(head) ~= 0 and age(head, now) >= ${STAMPS_PER_LIFE} then gone = gone + call('DEL', KEYS[i]) end
end
return gone
`);

/** The length of timelines at most while nobody trims them: the head, `keep` and `slack`. */
export const mostOf = (keep: number, slack: number): number => keep + slack + 1;
