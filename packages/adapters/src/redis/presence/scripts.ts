import { defineScript } from '../script.js';

/*
 * A member of an account's set is 18 characters: 16 of the incarnation, a digit for the class of the device, a digit for its
 * state (0 online, 1 idle). Time is always that of Redis. Which nodes live is known on another slot, so scripts about
 * accounts are told: a text of incarnations. One that is in an account's set and not in the text may have begun lately; the
 * account is then left as it is and answered with `U`, and the caller looks again.
 */

const NOW = `
local call = redis.call
local time = call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)`;

/**
 * KEYS: leases, clock. ARGV: incarnation, lease in ms, 1 to begin. Answers whether it is held, how many interruptions there
 * were, how many live, those, and then each dead one and when it ended.
 *
 * A stretch in which nobody renewed for longer than a lease (Redis or the network was away, its clock jumped) is added to
 * all leases: it says nothing about any node.
 */
export const LEASE = defineScript(`${NOW}
local lease = tonumber(ARGV[2])
local clock = call('HMGET', KEYS[2], 'at', 'interruptions')
local gap = now - (tonumber(clock[1]) or now)
local interruptions = tonumber(clock[2]) or 0
local shift = (gap > lease or gap < 0) and gap or 0
if math.abs(shift) > lease then interruptions = interruptions + 1 end
local leases = call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
local known, held, live, dead = false, 0, {}, {}
for i = 1, #leases, 2 do
  local name, ends = leases[i], tonumber(leases[i + 1])
  local was = ends
  if ends > 0 then
    ends = ends + shift
    if ends <= now then ends = -ends end
  end
  if name == ARGV[1] then
    known = true
    if ends > 0 then
      held = 1
      ends = now + lease
    end
  end
  if ends ~= was then call('ZADD', KEYS[1], string.format('%.0f', ends), name) end
  if ends > 0 then
    live[#live + 1] = name
  else
    dead[#dead + 1] = name
    dead[#dead + 1] = math.max(0, now + ends + lease)
  end
end
if not known and ARGV[3] == '1' then
  held = 1
  live[#live + 1] = ARGV[1]
  call('ZADD', KEYS[1], string.format('%.0f', now + lease), ARGV[1])
end
call('HSET', KEYS[2], 'at', string.format('%.0f', now), 'interruptions', interruptions)
return { held, interruptions, live, dead }
`);

/** KEYS: leases. Answers the live incarnations. */
export const LIVE = defineScript(`${NOW}
return call('ZRANGEBYSCORE', KEYS[1], '(' .. string.format('%.0f', now), '+inf')
`);

/** KEYS: leases. ARGV: incarnation. Ends its lease now. */
export const END = defineScript(`${NOW}
local ends = tonumber(call('ZSCORE', KEYS[1], ARGV[1]) or '0')
if ends > 0 then call('ZADD', KEYS[1], string.format('%.0f', -math.min(ends, now)), ARGV[1]) end
return 1
`);

/**
 * KEYS: the node's index of the partition, the index of the incarnation it replaces (the same when it replaces none), then the
 * accounts. ARGV: incarnation, replaced one or empty, entry in ms, key in ms, 1 when the text is certain, the text of live ones,
 * then for each account its id and its devices: two digits each. Answers `<from><to>` for each account: o(nline), i(dle),
 * n(either); or U.
 *
 * With an incarnation that replaces itself, and no devices, it removes what a dead node left.
 */
export const PUT = defineScript(`${NOW}
local incarnation, replaced, certain, alive = ARGV[1], ARGV[2], ARGV[5] == '1', ARGV[6]
local lapse = string.format('%.0f', now + tonumber(ARGV[3]))
local counts = alive:find(incarnation, 1, true) ~= nil
local letters = { [0] = 'o', [1] = 'i', [2] = 'n' }
local answers, joined, left = {}, {}, {}
for k = 3, #KEYS do
  local key, id, devices = KEYS[k], ARGV[k * 2 + 1], ARGV[k * 2 + 2]
  call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.0f', now))
  local from, to, own, unknown = 2, 2, {}, false
  for _, member in ipairs(call('ZRANGE', key, 0, -1)) do
    local who, state = member:sub(1, 16), tonumber(member:sub(18, 18))
    if who == incarnation or who == replaced then
      own[#own + 1] = member
      if counts or who == replaced then from = math.min(from, state) end
    elseif alive:find(who, 1, true) then
      from, to = math.min(from, state), math.min(to, state)
    elseif not certain then
      unknown = true
    end
  end
  if unknown then
    answers[#answers + 1] = 'U'
  else
    if #own > 0 then call('ZREM', key, unpack(own)) end
    if devices == '' then
      left[#left + 1] = id
    else
      local entries = {}
      for d = 1, #devices, 2 do
        entries[#entries + 1] = lapse
        entries[#entries + 1] = incarnation .. devices:sub(d, d + 1)
        if counts then to = math.min(to, tonumber(devices:sub(d + 1, d + 1))) end
      end
      call('ZADD', key, unpack(entries))
      call('PEXPIRE', key, ARGV[4])
      joined[#joined + 1] = id
    end
    answers[#answers + 1] = letters[from] .. letters[to]
  end
end
if #left > 0 then call('SREM', KEYS[1], unpack(left)) end
if #joined > 0 then
  call('SADD', KEYS[1], unpack(joined))
  call('PEXPIRE', KEYS[1], ARGV[4])
  if KEYS[2] ~= KEYS[1] then call('SREM', KEYS[2], unpack(joined)) end
end
return answers
`);

/** KEYS: the node's index of the partition, accounts. ARGV: incarnation, entry in ms, key in ms or 0, devices of each. Answers the places of missing ones. */
export const REFRESH = defineScript(`${NOW}
local lapse = string.format('%.0f', now + tonumber(ARGV[2]))
local missing = {}
for k = 2, #KEYS do
  local devices, entries, members = ARGV[k + 2], { 'XX', 'CH' }, {}
  for d = 1, #devices, 2 do
    local member = ARGV[1] .. devices:sub(d, d + 1)
    members[#members + 1] = member
    entries[#entries + 1] = lapse
    entries[#entries + 1] = member
  end
  if call('ZADD', KEYS[k], unpack(entries)) < #members then
    -- Not changed: it is not there, or it was written in this very millisecond.
    for _, score in ipairs(call('ZMSCORE', KEYS[k], unpack(members))) do
      if not score then
        missing[#missing + 1] = k - 1
        break
      end
    end
  end
  if ARGV[3] ~= '0' then call('PEXPIRE', KEYS[k], ARGV[3]) end
end
if ARGV[3] ~= '0' then call('PEXPIRE', KEYS[1], ARGV[3]) end
return missing
`);

/** KEYS: accounts. Answers the members of each that have not lapsed. */
export const MEMBERS = defineScript(`${NOW}
local answers = {}
for k = 1, #KEYS do
  answers[k] = call('ZRANGEBYSCORE', KEYS[k], '(' .. string.format('%.0f', now), '+inf')
end
return answers
`);

/** KEYS: leases, reaper. ARGV: the dead incarnation, who asks, ms. Answers 0: somebody else is at it, 1: go on, 2: it lives. */
export const TAKE = defineScript(`
local ends = redis.call('ZSCORE', KEYS[1], ARGV[1])
if ends and tonumber(ends) > 0 then return 2 end
local holder = redis.call('GET', KEYS[2])
if holder and holder ~= ARGV[2] then return 0 end
redis.call('SET', KEYS[2], ARGV[2], 'PX', ARGV[3])
return 1
`);

/** KEYS: leases, clock, reaper. ARGV: the dead incarnation, who asks. Forgets it. */
export const FORGET = defineScript(`
local ends = redis.call('ZSCORE', KEYS[1], ARGV[1])
if ends and tonumber(ends) <= 0 then redis.call('ZREM', KEYS[1], ARGV[1]) end
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('DEL', KEYS[2]) end
if redis.call('GET', KEYS[3]) == ARGV[2] then redis.call('DEL', KEYS[3]) end
return 1
`);
