import { type Actor, anonymous, type Id, type Viewer, viewerOf } from '@socialkit/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeedOptions } from './options.js';
import type { FeedGround } from './sample-ground.js';
import {
  type Cast,
  failing,
  happen,
  happening,
  PEOPLE,
  person,
  type Scene,
  TAGS,
} from './sample-happenings.js';
import {
  type FeedFacts,
  oracleExplore,
  oracleHashtag,
  oracleHome,
  oracleList,
  oracleProfile,
  readFacts,
} from './sample-oracle.js';
import { attempt, type FeedWorld, openFeedWorld } from './sample-world.js';
import type { FeedStores } from './store.js';

/** One way to deliver and read feeds, over one storage. */
export interface FeedVariant {
  readonly name: string;
  readonly options?: FeedOptions;
  readonly open: () => Promise<FeedGround>;
  /** Stores of the feed in place of the ground's; closed with the world. */
  readonly over?: (ground: FeedGround) => Promise<Partial<FeedStores>>;
  /** Loses what is cached of timelines, all of it, at once. */
  readonly flush?: (ground: FeedGround) => Promise<void>;
}

async function walk(
  read: (page: { limit: number; cursor?: string }) => Promise<{
    readonly items: readonly { readonly id: Id }[];
    readonly nextCursor: string | null;
  }>,
  limit: number,
): Promise<readonly Id[]> {
  const found: Id[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor === undefined ? { limit } : { limit, cursor });
    // Full unless it is the last.
    if (page.nextCursor !== null) expect(page.items).toHaveLength(limit);
    found.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

/** Compares every surface, for everybody, with the oracle. */
async function compare(world: FeedWorld, cast: Cast, facts: FeedFacts): Promise<void> {
  const viewers: readonly [Viewer, Actor][] = [
    [null, anonymous],
    ...cast.people.map((actor): [Viewer, Actor] => [viewerOf(actor), actor]),
  ];
  const authorIds = cast.people.slice(0, 3).map(({ id }) => id);
  for (const [viewer, actor] of viewers) {
    for (const tag of TAGS)
      expect(await walk((page) => world.feed.hashtag(actor, { tag, ...page }), 3), `#${tag}`).toEqual(
        oracleHashtag(facts, viewer, tag),
      );
    expect(await walk((page) => world.feed.explore(actor, page), 4), 'explore').toEqual(
      oracleExplore(facts, viewer),
    );
    expect(await walk((page) => world.feed.list(actor, { authorIds, ...page }), 5), 'list').toEqual(
      oracleList(facts, viewer, authorIds),
    );
    for (const { id: userId } of cast.people) {
      const expected = oracleProfile(facts, viewer, userId);
      const found = await attempt(() => walk((page) => world.feed.profile(actor, { userId, ...page }), 2));
      expect(found, 'profile').toEqual(expected);
    }
    if (viewer === null) continue;
    for (const limit of [1, 4, 100])
      expect(await world.home(actor, { limit }), `home by ${limit}`).toEqual(oracleHome(facts, viewer));
    for (const options of [{ reposts: false }, { mediaOnly: true }])
      expect(await world.home(actor, options), JSON.stringify(options)).toEqual(
        oracleHome(facts, viewer, options),
      );
    await compareSingles(world, facts, actor, viewer);
  }
}

/** Compares what is said about single posts. */
async function compareSingles(world: FeedWorld, facts: FeedFacts, actor: Actor, viewer: Id) {
  const home = oracleHome(facts, viewer);
  for (const { id: postId } of facts.posts.slice(-12)) {
    const { shown, reason, rule } = await world.feed.explain(actor, { postId });
    expect(shown, `explain ${postId}: ${reason}`).toBe(home.includes(postId));
    expect(reason).not.toBe('not_delivered');
    expect(rule).toBeNull();
  }
  const newest = home[Math.min(2, home.length - 1)];
  if (newest !== undefined) {
    const { count } = await world.feed.newSince(actor, { sinceId: newest });
    expect(count).toBe(home.indexOf(newest));
  }
}

/**
 * Random worlds: whatever happened, in whatever order and however it was delivered, every feed of everybody is what the
 * naive oracle says.
 *
 * @param runs worlds @default 60, or `SOCIALKIT_FEED_WORLDS`
 */
export function feedWorldsSuite(variant: FeedVariant, runs = 60): void {
  const worlds = Number(process.env.SOCIALKIT_FEED_WORLDS ?? runs);
  describe(`feeds of random worlds: ${variant.name}`, () => {
    it(
      `are what the oracle says in ${worlds} worlds`,
      async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.array(happening, { minLength: 20, maxLength: 110, size: 'max' }),
            fc.array(fc.tuple(person, person), { maxLength: 14 }),
            async (happenings, follows) => {
              const ground = await variant.open();
              const over = (await variant.over?.(ground)) ?? {};
              const outage = { down: false };
              const timelines = over.timelines === undefined ? ground.feed.timelines : over.timelines;
              const world = await openFeedWorld(
                ground,
                { ...variant.options, retryPauseMs: 0 },
                { ...over, timelines: timelines && failing(timelines, outage) },
              );
              try {
                const people = [];
                for (let i = 0; i < PEOPLE; i++)
                  people.push(
                    await world.join({
                      isPrivate: i === 1,
                      discoverable: i !== 2,
                      state: i === 3 ? 'limited' : 'active',
                    }),
                  );
                const cast: Cast = { people, posts: [] };
                const scene: Scene = { world, cast, outage, flush: async () => variant.flush?.(ground) };
                for (const [who, whom] of follows)
                  await happen(scene, { do: 'follow', who, whom, hide: false });
                for (const event of happenings) await happen(scene, event);
                await world.idle();
                await compare(world, cast, await readFacts(ground));
              } finally {
                await world.close();
                await over.timelines?.close();
              }
            },
          ),
          { numRuns: worlds, endOnFailure: false },
        );
      },
      30 * 60_000,
    );
  });
}
