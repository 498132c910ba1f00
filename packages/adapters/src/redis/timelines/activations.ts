import { randomBytes } from 'node:crypto';
import type { Id } from '@socialkit/core';
import type { Cluster, Redis } from 'ioredis';
import type { RedisLink } from '../connection.js';
import { defineScript } from '../script.js';
import { createReaderSet, eachReader, pageBytes, type ReaderSet } from './active-readers.js';
import type { TimelineKeys } from './keys.js';
import type { ServerLives } from './server-life.js';

/*
 * The log of activations is a list: a head `<epoch><log>:<dropped>`, then user ids, the oldest first. `log` names this list, and
 * `dropped` counts the entries that were cut off. Who has read it up to some count of entries and finds the same name knows
 * everybody who became active since; who finds another name, or a gap, looks at all timelines again.
 */

/** Entries after which the older half of the log is cut off. */
const MOST = 20_000;
/** Milliseconds after which everybody is looked at again, to forget readers whose timelines ended. */
const RENEW_MS = 6 * 60 * 60_000;
/** Keys one step of a scan goes past: a long step makes others wait. */
const SCAN_KEYS = 500;
/** Pages this small are delivered without asking who is active. */
const SMALL_PAGE = 1000;

/** KEYS: the log. ARGV: a new name, the epoch, the user or an empty string to make sure that there is a log, the most entries. */
const APPEND = defineScript(`
local call = redis.call
local head = call('LINDEX', KEYS[1], 0)
if not head or head:sub(1, 4) ~= ARGV[2] then
  call('DEL', KEYS[1])
  call('RPUSH', KEYS[1], ARGV[2] .. ARGV[1] .. ':0')
end
if ARGV[3] == '' then return 1 end
local n = call('RPUSH', KEYS[1], ARGV[3]) - 1
local most = tonumber(ARGV[4])
if n > most then
  local name, dropped = call('LINDEX', KEYS[1], 0):match('^(.*):(%d+)$')
  local cut = math.floor(most / 2)
  call('LTRIM', KEYS[1], cut + 1, -1)
  call('LPUSH', KEYS[1], name .. ':' .. string.format('%d', tonumber(dropped) + cut))
end
return 1
`);

/** KEYS: the log. ARGV: the name it is known under, the entries read. Answers its head and, under the same name, the entries since. */
const SINCE = defineScript(`
local call = redis.call
local head = call('LINDEX', KEYS[1], 0)
if not head then return false end
local name, dropped = head:match('^(.*):(%d+)$')
local total = tonumber(dropped) + call('LLEN', KEYS[1]) - 1
local read = tonumber(ARGV[2])
local answer = { name, total, 0 }
if name ~= ARGV[1] or read < tonumber(dropped) or read > total then return answer end
answer[3] = 1
if read < total then
  local entries = call('LRANGE', KEYS[1], read - tonumber(dropped) + 1, -1)
  for i = 1, #entries do answer[#answer + 1] = entries[i] end
end
return answer
`);

interface Known {
  readonly name: string;
  read: number;
  readonly readers: ReaderSet;
  readonly loadedAt: number;
}

/** Who has a timeline, known in this process without asking for each reader. */
export interface Activations {
  /** Tells all processes that somebody is about to have a timeline. Call it before reading the rows the timeline is filled with. */
  announce(userId: Id): Promise<void>;
  /**
   * Everybody who may have a timeline: nobody is missing who was announced before the call. Null while too little is
   * known, and for a page so small that asking everybody is cheaper.
   */
  among(readers: string): Promise<ReaderSet | null>;
  /** How many readers of a page have a timeline, give or take those whose timelines ended lately. */
  count(readers: string): Promise<number>;
  /** About how many timelines there are. */
  size(): Promise<number>;
  close(): void;
}

export function createActivations(
  deps: { readonly link: RedisLink; readonly keys: TimelineKeys; readonly lives: ServerLives },
  options: { readonly now?: () => number } = {},
): Activations {
  const { link, keys, lives } = deps;
  const now = options.now ?? (() => performance.now());
  let known: Known | null = null;
  let loading: Promise<void> | null = null;
  let closed = false;

  const append = (userId: string) =>
    link.run(async (client) => {
      const { epoch } = await lives.of(client, keys.log);
      await APPEND.run(link, [keys.log], [randomBytes(8).toString('hex'), epoch, userId, MOST]);
    });
  const since = (name: string, read: number) =>
    link.run(async (client) => {
      const life = await lives.of(client, keys.log);
      const answer = await SINCE.run(link, [keys.log], [name, read]);
      if (answer === null || !life.holds()) return null;
      const [found, total, same, ...entries] = answer as [string, number, number, ...string[]];
      return found.startsWith(life.epoch) ? { name: found, total, same: same === 1, entries } : null;
    });

  const scan = async (readers: ReaderSet) => {
    const nodes = await link.run(async (client) =>
      link.cluster ? (client as Cluster).nodes('master') : [client as Redis],
    );
    for (const node of nodes) {
      let cursor = '0';
      do {
        const [next, found] = await link.run(() =>
          node.scan(cursor, 'MATCH', keys.pattern, 'COUNT', SCAN_KEYS),
        );
        for (const key of found) readers.add(keys.userOf(key));
        cursor = next;
      } while (cursor !== '0' && !closed);
    }
  };

  const load = async () => {
    // The log first: whoever becomes active during the scan stands in it.
    await append('');
    const start = await since('', 0);
    if (start === null) return;
    const readers = createReaderSet();
    const loadedAt = now();
    await scan(readers);
    if (!closed) known = { name: start.name, read: start.total, readers, loadedAt };
  };
  const loadBehind = (): Promise<void> => {
    known = null;
    loading ??= load().finally(() => {
      loading = null;
    });
    loading.catch(() => {});
    return loading;
  };

  /** Catches up with the log. @returns null while it is not known who is active */
  const refresh = async (): Promise<ReaderSet | null> => {
    const held = known;
    if (held === null || now() - held.loadedAt > RENEW_MS) {
      void loadBehind();
      return null;
    }
    const news = await since(held.name, held.read);
    if (news === null || !news.same) {
      if (known === held) void loadBehind();
      return null;
    }
    for (const userId of news.entries) held.readers.add(userId);
    held.read = Math.max(held.read, news.total);
    return held.readers;
  };

  let running: Promise<ReaderSet | null> | null = null;
  let queued: Promise<ReaderSet | null> | null = null;
  /** One refresh for all who ask at the same time, begun after they asked. */
  const refreshed = (): Promise<ReaderSet | null> => {
    if (running === null) {
      running = refresh().finally(() => {
        running = null;
      });
      return running;
    }
    queued ??= running
      .catch(() => null)
      .then(() => {
        queued = null;
        return refreshed();
      });
    return queued;
  };

  /** Waits until it is known who is active. @throws when Redis does not answer */
  const settled = async (): Promise<ReaderSet> => {
    for (;;) {
      const active = await refreshed();
      if (active !== null) return active;
      await (loading ?? loadBehind());
    }
  };

  return {
    announce: append,
    among: async (readers) => (readers.length < SMALL_PAGE ? null : refreshed()),
    async count(readers) {
      if (readers === '') return 0;
      const active = await settled();
      let count = 0;
      eachReader(pageBytes(readers), (_from, _to, hash) => {
        if (active.has(hash)) count++;
      });
      return count;
    },
    size: async () => (await settled()).size,
    close() {
      closed = true;
      known = null;
    },
  };
}
