import {
  compareIds,
  type FollowReader,
  type HydratedPost,
  type Id,
  type Logger,
  type Runtime,
  timeOfId,
} from '@socialkit/core';
import type { DeliveryView } from './delivery-view.js';
import { mergeSources, NO_FLOOR, type Source } from './merge.js';
import type { ResolvedFeedOptions } from './options.js';
import type { OutboxCache } from './outbox-cache.js';
import type { TimelineBuilder } from './rebuild.js';
import type { DeliverySnapshot, FeedTruthReader, ReaderState, TimelineStore } from './store.js';

/** What home feeds are read from. */
export interface HomeSources {
  readonly timelines: TimelineStore | null;
  readonly builder: TimelineBuilder | null;
  readonly truth: FeedTruthReader;
  readonly follows: Pick<FollowReader, 'followeesOf'>;
  readonly deliveries: DeliveryView;
  readonly authorOutboxes: OutboxCache;
  readonly tagOutboxes: OutboxCache;
}

/** One stretch of a home. */
export interface HomeStretch {
  /** Post ids, newest first, strictly below `before`; fewer than asked for mean there are no more. */
  readonly ids: readonly Id[];
  /** What the rules of the page need to know about the reader. */
  readonly reader: ReaderState;
  /** Where the ids above the floor came from. */
  readonly from: 'timeline' | 'outboxes' | 'rows';
  /** Posts that were read along, as the reader may see them now; null for those he may not. */
  readonly posts: ReadonlyMap<Id, HydratedPost | null>;
}

/** Posts to read along with a stretch: the statement that tells about the reader brings them too. */
export interface ReadAlong {
  /** How many, from the top. */
  readonly posts: number;
  /** Ids from here down are not wanted. */
  readonly until?: Id | undefined;
}

/** Lists what may be in a reader's home, whatever the policy then says. */
export interface HomeSkeleton {
  read(userId: Id, before: Id | null, limit: number, along?: ReadAlong): Promise<HomeStretch>;
  /**
   * What the next read would take from the timeline and the outboxes, without building or repairing anything.
   * @throws an unavailable error when the timeline's back-end does not answer
   */
  inspect(
    userId: Id,
    limit: number,
  ): Promise<{ readonly state: 'none' | 'distrusted' | 'usable'; readonly held: Source }>;
}

/** Clocks of two processes differ by less than this, in milliseconds. */
export const CLOCK_SKEW_MS = 5000;
const NOTHING_ALONG: ReadAlong = Object.freeze({ posts: 0 });
const NO_POSTS: HomeStretch['posts'] = new Map();
type Asked = Parameters<FeedTruthReader['reader']>[1];
/** Readers whose pulled followees are remembered. */
const MAX_REMEMBERED = 10_000;

interface Timeline extends Source {
  readonly build: Id;
}

/**
 * Joins the sources of a home: the timeline, the outboxes of pulled authors and followed hashtags, and the reader's own
 * newest posts, merged only down to the newest of their floors; everything below comes from the rows.
 *
 * The result does not depend on where the ids came from: whatever is above the floor of every source is complete, and
 * ids too many are removed by the rules of the home.
 */
export function createHomeSkeleton(
  sources: HomeSources,
  runtime: Pick<Runtime, 'clock' | 'logger'>,
  options: ResolvedFeedOptions,
): HomeSkeleton {
  const { timelines, builder, truth, follows, deliveries, authorOutboxes, tagOutboxes } = sources;
  const { rule, maxMerged, timelineMaxAgeMs } = options;
  const remembered = createRemembered();

  const usable = (timeline: Timeline | null, snapshot: DeliverySnapshot): timeline is Timeline =>
    timeline !== null &&
    compareIds(timeline.build, snapshot.distrustUpTo) > 0 &&
    timeOfId(timeline.build) > runtime.clock.now() - timelineMaxAgeMs;

  const readTimeline = async (
    userId: Id,
    before: Id | null,
    limit: number,
    snapshot: DeliverySnapshot,
  ): Promise<Timeline | null> => {
    if (!timelines || !builder || rule === 'pull') return null;
    try {
      const read = () => timelines.read(userId, { before, limit });
      const held = await read();
      if (usable(held, snapshot)) return held;
      const built = await builder.build(userId, held !== null);
      if (built !== 'shared') return built;
      const again = await read();
      return usable(again, snapshot) ? again : null;
    } catch (error) {
      logLost(runtime.logger, error);
      return null;
    }
  };

  /** The pulled authors a reader of this timeline follows. */
  const pulledFor = async (userId: Id, timeline: Timeline, known: DeliverySnapshot & { version: number }) => {
    if (rule !== 'default') return [];
    const begun = timeOfId(timeline.build);
    const pulled = known.merged.filter(({ mode, since }) => mode === 'pull' || begun < since + CLOCK_SKEW_MS);
    if (pulled.length === 0) return [];
    // A new follow ends the timeline, so within one build the follows of a reader only shrink.
    return remembered(userId, `${timeline.build}:${known.version}`, () =>
      truth.followedAmong(
        userId,
        pulled.map(({ authorId }) => authorId),
      ),
    );
  };

  /** Outboxes of these authors; null when there are so many that the rows are cheaper. */
  const merged = async (authorIds: readonly Id[]): Promise<readonly Source[] | null> =>
    authorIds.length > maxMerged ? null : authorOutboxes.read(authorIds);

  /** Everything above the floors of what is quick to read; null when the rows are the only source. */
  const quick = async (
    userId: Id,
    before: Id | null,
    limit: number,
  ): Promise<{ readonly sources: readonly Source[]; readonly from: HomeStretch['from'] } | null> => {
    if (rule === 'pull') {
      const { ids, next } = await follows.followeesOf(userId, { after: null, limit: maxMerged });
      const outboxes = next === null ? await merged(ids) : null;
      return outboxes && { sources: outboxes, from: 'outboxes' };
    }
    if (!timelines) return null;
    const known = await deliveries.current();
    const timeline = await readTimeline(userId, before, limit, known);
    if (timeline === null) return null;
    const outboxes = await merged(await pulledFor(userId, timeline, known));
    return outboxes && { sources: [timeline, ...outboxes], from: 'timeline' };
  };

  /** Exact ids below `before`, out of the rows. */
  const fromRows = async (
    userId: Id,
    before: Id | null,
    limit: number,
    hashtags: readonly string[],
  ): Promise<readonly Id[]> => {
    const [home, tagged] = await Promise.all([
      truth.home(userId, { before, limit }),
      hashtags.length === 0 ? null : truth.tagged(hashtags, { before, limit }),
    ]);
    const listed: Source[] = [
      { ids: home, floor: home.length < limit ? NO_FLOOR : (home.at(-1) ?? NO_FLOOR) },
    ];
    for (const { ids, more } of tagged?.values() ?? [])
      listed.push({ ids, floor: more ? (ids.at(-1) ?? NO_FLOOR) : NO_FLOOR });
    return mergeSources(listed, before).ids.slice(0, limit);
  };

  /** The reader, and the posts that `held` lets expect; what his own ones and tags add to them is hydrated by the page. */
  const readAlong = async (userId: Id, held: readonly Id[], along: ReadAlong, asked: Asked) => {
    const { posts: most, until } = along;
    const first = held.slice(0, most);
    const ids = until === undefined ? first : first.filter((id) => compareIds(id, until) > 0);
    if (ids.length === 0) return { reader: await truth.reader(userId, asked), posts: NO_POSTS };
    const { reader, posts } = await truth.page(userId, ids, asked);
    return { reader, posts: new Map(ids.map((id, n) => [id, posts[n] ?? null])) };
  };

  const read: HomeSkeleton['read'] = async (userId, before, limit, along = NOTHING_ALONG) => {
    const found = await quick(userId, before, limit);
    const held = found && mergeSources(found.sources, before);
    const asked = { before, limit, now: runtime.clock.now() };
    const { reader, posts } = await readAlong(userId, held?.ids ?? [], along, asked);
    const { hashtags } = reader;
    if (found === null || held === null)
      return { ids: await fromRows(userId, before, limit, hashtags), reader, from: 'rows', posts };
    const tags = hashtags.length === 0 ? [] : await tagOutboxes.read(hashtags);
    const above =
      reader.own.length === 0 && tags.length === 0
        ? held
        : mergeSources([held, { ids: reader.own, floor: NO_FLOOR }, ...tags], before);
    const ids = above.ids.slice(0, limit);
    if (ids.length < limit && above.floor !== NO_FLOOR) {
      const below = before !== null && compareIds(before, above.floor) < 0 ? before : above.floor;
      return {
        ids: [...ids, ...(await fromRows(userId, below, limit - ids.length, hashtags))],
        reader,
        from: found.from,
        posts,
      };
    }
    return { ids, reader, from: found.from, posts };
  };

  const inspect: HomeSkeleton['inspect'] = async (userId, limit) => {
    const known = await deliveries.current();
    const held = (await timelines?.read(userId, { before: null, limit })) ?? null;
    if (!usable(held, known))
      return { state: held === null ? 'none' : 'distrusted', held: { ids: [], floor: NO_FLOOR } };
    const outboxes = await authorOutboxes.read(await pulledFor(userId, held, known));
    return { state: 'usable', held: mergeSources([held, ...outboxes], null) };
  };

  return { read, inspect };
}

const logLost = (logger: Logger, error: unknown) =>
  logger.debug({ err: error }, 'the timeline cannot be read; the rows are');

/** Remembers one list of ids per reader, as long as what it was computed for stays the same. */
function createRemembered() {
  const lists = new Map<Id, { readonly of: string; readonly ids: Promise<readonly Id[]> }>();
  return (userId: Id, of: string, read: () => Promise<readonly Id[]>): Promise<readonly Id[]> => {
    const held = lists.get(userId);
    if (held?.of === of) return held.ids;
    const ids = read();
    lists.delete(userId);
    lists.set(userId, { of, ids });
    ids.catch(() => lists.delete(userId));
    const oldest = lists.size > MAX_REMEMBERED ? lists.keys().next().value : undefined;
    if (oldest !== undefined) lists.delete(oldest);
    return ids;
  };
}
