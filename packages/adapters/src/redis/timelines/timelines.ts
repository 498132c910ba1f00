import { type Clock, compareIds, firstIdAt, type Id, newestFirst } from '@socialkit/core';
import {
  BUILD_LIMIT_MS,
  resolveTimelineOptions,
  type TimelineOptions,
  type TimelineStore,
  type TimelineWindow,
} from '@socialkit/feed';
import { coalescing } from '../../postgres/hydrate/coalesce.js';
import type { RedisLink } from '../connection.js';
import { createActivations } from './activations.js';
import { eachReader, pageBytes } from './active-readers.js';
import { decodeHead, encodeHead, stampAt, type TimelineHead, type TimelineState } from './head.js';
import { createTimelineKeys } from './keys.js';
import { callPacked } from './packed-call.js';
import { createPushQueue, type PushBatch } from './push-queue.js';
import { ABANDON, BEGIN, DISORDER_SPAN, FILL, mostOf, PUSH, READ } from './scripts.js';
import { createServerLives } from './server-life.js';
import { createSweeper } from './sweeper.js';

/** Options of {@link createRedisTimelines}. */
export interface RedisTimelineOptions extends TimelineOptions {
  /** Timelines written by one call; more make other commands wait longer. @default 100 */
  readonly keysPerCall?: number;
  /** Calls on their way at once in this process. @default 4 */
  readonly callsInFlight?: number;
}

/** Ids read beyond what was asked for: the last two seconds of a stretch are only certain when something older was read too. */
const OVERREAD = 8;
const EVERYTHING = 1_000_000;
/** Clocks of two processes differ by less. */
const CLOCK_SKEW_MS = 5000;
const NO_FLOOR: Id = '0';

/** Where more readers than this share are active, asking who is costs more than it saves. */
const FILTERED_BELOW = 0.75;
/** Readers of a page from which on their share counts. */
const SAMPLE = 100;
/** Calls that read under way at once, and timelines read by one at most: a long call makes others wait. */
const READ_LANES = 2;
const MAX_READS = 16;

/** A part of a timeline, oldest first. */
interface Stretch {
  readonly head: TimelineHead;
  /** It begins with the first id of the timeline. */
  readonly bottom: boolean;
  readonly ids: readonly Id[];
}

/** Sorts what stands almost in order, newest first, once each, strictly below `before`. */
const tidy = (ids: readonly Id[], before: Id | null): Id[] => {
  const below = before === null ? [...ids] : ids.filter((id) => compareIds(id, before) < 0);
  below.sort(newestFirst);
  return below.filter((id, i) => id !== below[i - 1]);
};

/**
 * Home timelines in Redis, on one node or a Cluster: the fast {@link TimelineStore}.
 *
 * A server that was restarted or replaced loses them, also when it brings old copies back; see `server-life.ts`.
 * Closing it leaves the link open.
 */
export function createRedisTimelines(
  deps: { readonly link: RedisLink; readonly clock: Clock },
  options: RedisTimelineOptions = {},
): TimelineStore {
  const { link, clock } = deps;
  const { keysPerCall = 100, callsInFlight = 4, ...bounds } = options;
  const { keep, slack, ttlMs } = resolveTimelineOptions(bounds);
  const most = mostOf(keep, slack);
  const keys = createTimelineKeys(link);
  const lives = createServerLives();
  const activations = createActivations({ link, keys, lives });
  const stampNow = () => stampAt(clock.now(), ttlMs);
  const sweeper = createSweeper({ link, keys, stampNow });
  /** No id of a committed post is greater, whichever process made it. */
  const idOfNow = () => firstIdAt(clock.now() + CLOCK_SKEW_MS);

  const send = ({ bucket, keys: packed, runs }: PushBatch): Promise<readonly number[]> =>
    link.run(async (client) => {
      const pairs = runs.flatMap(({ postId, count }) => [postId, count]);
      const args = [idOfNow(), keep, most, ...pairs];
      return (await callPacked(client, {
        script: PUSH,
        first: keys.newest(bucket),
        keys: packed,
        args,
      })) as number[];
    });
  const queue = createPushQueue(
    { start: keys.start, send },
    { keysPerCall, inFlight: callsInFlight, maxSpare: keys.buckets === 1 ? 64 : 2 },
  );

  /** Of the last page that was delivered. */
  let activeShare = 0;

  interface Question {
    readonly userId: Id;
    readonly key: string;
    readonly before: Id | null;
    readonly count: number;
  }
  /** Ids joined by commas: a text for each of them takes the client longer to read than all the rest. */
  type Answer = readonly [head: string, bottom: number, ids: string] | null;
  /** Stretches as the lists hold them; null where there is no timeline that counts. */
  const stretches = (questions: readonly Question[]): Promise<readonly (Stretch | null)[]> =>
    link.run(async (client) => {
      const life = await lives.of(client, questions[0]?.key ?? '');
      const args = questions.flatMap(({ before, count }) => [before ?? '', count]);
      const answers = (await READ.run(
        link,
        questions.map(({ key }) => key),
        [stampNow(), ...args],
      )) as readonly Answer[];
      const holds = life.holds();
      return questions.map((_, i) => {
        const answer = answers[i];
        if (!answer || !holds) return null;
        const head = decodeHead(answer[0]);
        const ids = answer[2] === '' ? [] : answer[2].split(',');
        return head.epoch === life.epoch ? { head, bottom: answer[1] === 1, ids } : null;
      });
    });
  const stretch = coalescing(stretches, {
    lanes: READ_LANES,
    most: MAX_READS,
    together: (a, b) => keys.bucketOf(a.userId) === keys.bucketOf(b.userId),
  });

  const read = async (
    userId: Id,
    before: Id | null,
    limit: number,
    count: number,
  ): Promise<TimelineWindow | null> => {
    const found = await stretch({ userId, key: keys.timeline(userId), before, count });
    if (found === null) return null;
    const { head, bottom } = found;
    const [first] = found.ids;
    let floor = NO_FLOOR;
    if (first === undefined) {
      // Nothing stands below the position: what was not read, or was trimmed, may.
      if (head.state !== 'complete')
        return before === null ? null : { build: head.build, ids: [], floor: before };
    } else if (!bottom || head.state === 'trimmed') {
      // What was not read, or was trimmed, is not newer than the first id by more than the disorder.
      floor = (BigInt(first) + DISORDER_SPAN).toString();
    } else if (head.state === 'filled') floor = first;
    const ids = tidy(found.ids, before).filter((id) => compareIds(id, floor) >= 0);
    if (ids.length > limit)
      return { build: head.build, ids: ids.slice(0, limit), floor: ids[limit - 1] ?? floor };
    if (bottom || ids.length === limit) return { build: head.build, ids, floor };
    return read(userId, before, limit, EVERYTHING);
  };

  const headOf = (state: TimelineState, epoch: string, build: Id) =>
    encodeHead({ state, stamp: state === 'building' ? 0 : stampNow(), epoch, build });
  const epochOf = (key: string) => link.run(async (client) => (await lives.of(client, key)).epoch);

  return {
    async push(postId, readers) {
      sweeper.nudge();
      const active = activeShare < FILTERED_BELOW ? await activations.among(readers) : null;
      const page = pageBytes(readers);
      let at = 0;
      let all = 0;
      const reached = await queue.push(postId, page, {
        get left() {
          return page.length - at;
        },
        give(wanted, add) {
          let given = 0;
          const visit = (from: number, to: number, hash: number) => {
            all++;
            if (active === null || active.has(hash)) {
              add(keys.bucketOfHash(hash), from, to);
              given++;
            }
            return given < wanted;
          };
          at = eachReader(page, visit, at);
        },
      });
      // A handful says nothing about the followers of the next author.
      if (all >= SAMPLE) activeShare = reached / all;
      return reached;
    },
    read: (userId, { before, limit }) => read(userId, before, limit, limit + OVERREAD),
    async begin(userId, build) {
      const key = keys.timeline(userId);
      const epoch = await epochOf(key);
      const begun = await BEGIN.run(link, [key], [headOf('building', epoch, build), epoch, BUILD_LIMIT_MS]);
      if (begun !== 1) return false;
      await activations.announce(userId);
      return true;
    },
    async fill(userId, build, ids, complete) {
      const key = keys.timeline(userId);
      const epoch = await epochOf(key);
      const filled = await FILL.run(
        link,
        [keys.newest(keys.bucketOf(userId)), key],
        [
          headOf('building', epoch, build),
          headOf(complete ? 'complete' : 'filled', epoch, build),
          idOfNow(),
          keep,
          most,
          ...[...ids].reverse(),
        ],
      );
      return filled === 1;
    },
    async abandon(userId, build) {
      const key = keys.timeline(userId);
      await ABANDON.run(link, [key], [headOf('building', await epochOf(key), build)]);
    },
    async drop(userIds) {
      if (userIds.length === 0) return;
      const all = userIds.map(keys.timeline);
      await link.run(async (client) => {
        if (link.cluster) await Promise.all(all.map((key) => client.unlink(key)));
        else await client.unlink(...all);
      });
    },
    countActive: activations.count,
    size: activations.size,
    async close() {
      activations.close();
      await sweeper.close();
    },
  };
}
