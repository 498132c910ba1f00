import {
  type Logger,
  type StreamName,
  type StreamTail,
  silentLogger,
  TAIL_LENGTH,
  TAIL_MS,
  type TailEntries,
} from '@socialkit/core';
import type { RedisLink } from '../connection.js';
import { defineScript } from '../script.js';
import { channelName } from '../transport.js';
import { partitionOf, partitionTags } from './partitions.js';

/*
 * A tail is a sorted set of messages by offset, beside it the offset below which nothing is kept any more. Both and the channel
 * share a slot, so that keeping and sending is one step of one server.
 */

/**
 * KEYS: the tail, its floor. ARGV: PUBLISH or SPUBLISH, the channel, milliseconds to keep, how many, the offset of a cut
 * (0 for none), then pairs of an offset and a message.
 */
const APPEND = defineScript(`
local call = redis.call
local floor = tonumber(call('GET', KEYS[2]) or '0')
local cut = tonumber(ARGV[5])
if cut > floor then
  floor = cut
  call('SET', KEYS[2], ARGV[5], 'PX', ARGV[3])
  call('ZREMRANGEBYSCORE', KEYS[1], '-inf', '(' .. ARGV[5])
end
for i = 6, #ARGV, 2 do
  if tonumber(ARGV[i]) >= floor then
    call('ZREMRANGEBYSCORE', KEYS[1], ARGV[i], ARGV[i])
    call('ZADD', KEYS[1], ARGV[i], ARGV[i + 1])
  end
  call(ARGV[1], ARGV[2], ARGV[i + 1])
end
call('ZREMRANGEBYRANK', KEYS[1], 0, -1 - tonumber(ARGV[4]))
call('PEXPIRE', KEYS[1], ARGV[3])
return 1
`);

/** Milliseconds after which what could not be sent is sent again. */
const RETRY_MS = 250;
/** Events that wait for Redis at most; older ones are left to the position check. */
const MAX_UNSENT = 2000;

/**
 * Tails in Redis: append, trim and publish are one script. What Redis did not take is sent again until it does, for as long as it is
 * little; what is lost with the process, or for being too much, the nodes' position check finds in the database.
 */
export function createRedisTail(deps: { readonly link: RedisLink; readonly logger?: Logger }): StreamTail {
  const { link } = deps;
  const logger = (deps.logger ?? silentLogger).child({ redis: 'tail' });
  const tags = partitionTags();
  const tagOf = (stream: StreamName) => `{${tags[partitionOf(stream)]}}`;
  const keysOf = (epoch: string, stream: StreamName) => {
    const name = `${tagOf(stream)}${epoch}:${stream}`;
    return [link.key(`st:${name}`), link.key(`sf:${name}`)];
  };
  const channelOf = (stream: StreamName) => `${tagOf(stream)}${stream}`;
  let unsent: TailEntries[] = [];
  let waiting = 0;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  /** Whether Redis took it. What timed out may have been taken: it is sent again all the same, which changes nothing. */
  const send = async ({ epoch, stream, entries, cut }: TailEntries): Promise<boolean> => {
    try {
      await APPEND.run(link, keysOf(epoch, stream), [
        link.cluster ? 'SPUBLISH' : 'PUBLISH',
        channelName(link, channelOf(stream)),
        TAIL_MS,
        TAIL_LENGTH,
        cut ?? 0,
        ...entries.flatMap(({ offset, message }) => [offset, message]),
      ]);
      return true;
    } catch (error) {
      logger.debug({ err: error, stream }, 'events were not sent yet');
      return false;
    }
  };
  const keep = (entries: TailEntries): void => {
    unsent.push(entries);
    waiting += entries.entries.length;
    while (waiting > MAX_UNSENT) waiting -= unsent.shift()?.entries.length ?? waiting;
    arm();
  };
  const arm = (): void => {
    if (timer !== null || closed) return;
    timer = setTimeout(() => {
      void again().finally(() => {
        timer = null;
        if (unsent.length > 0) arm();
      });
    }, RETRY_MS);
    timer.unref();
  };
  const again = async (): Promise<void> => {
    const turn = unsent;
    unsent = [];
    waiting = 0;
    for (const [i, entries] of turn.entries()) {
      if (await send(entries)) continue;
      const later = unsent;
      unsent = turn.slice(i);
      waiting = unsent.reduce((sum, of) => sum + of.entries.length, 0);
      for (const of of later) keep(of);
      return;
    }
  };

  return {
    channelOf,
    async append(entries) {
      if (entries.entries.length > 0 && !(await send(entries)) && !closed) keep(entries);
    },
    async read(epoch, stream, after, upTo) {
      if (upTo <= after) return [];
      if (upTo - after > TAIL_LENGTH) return null;
      const [key = ''] = keysOf(epoch, stream);
      try {
        const found = await link.run((client) => client.zrangebyscore(key, after + 1, upTo));
        return found.length === upTo - after ? found : null;
      } catch {
        return null;
      }
    },
    async close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      unsent = [];
    },
  };
}
