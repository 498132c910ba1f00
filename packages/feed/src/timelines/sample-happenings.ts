import { type Actor, type Id, unavailable } from '@socialkit/core';
import fc from 'fast-check';
import { attempt, type FeedWorld } from './sample-world.js';
import type { TimelineStore } from './store.js';

/** How many people a world has. */
export const PEOPLE = 5;
/** Hashtags in it. */
export const TAGS = ['sun', 'moon'];
const WORDS = ['apple', 'pear', 'plum'];
const VISIBILITIES = ['public', 'public', 'public', 'followers', 'friends', 'private'] as const;

const pick = fc.nat({ max: 1000 });
/** One of them. */
export const person = fc.nat({ max: PEOPLE - 1 });

/** What happens in a world. People and posts are drawn from those there are. */
export const happening = fc.oneof(
  {
    weight: 14,
    arbitrary: fc.record({ do: fc.constant('write' as const), who: person, how: pick, seed: pick }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('spree' as const),
      who: person,
      count: fc.nat({ max: 9 }),
      seed: pick,
    }),
  },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('repost' as const), who: person, post: pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('quote' as const), who: person, post: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('undo' as const), who: person, post: pick }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('delete' as const), post: pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('narrow' as const), post: pick, to: pick }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('review' as const), post: pick }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('follow' as const),
      who: person,
      whom: person,
      hide: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('unfollow' as const), who: person, whom: person }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('befriend' as const), who: person, whom: person }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('block' as const), who: person, whom: person }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('unblock' as const), who: person, whom: person }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('mute' as const), who: person, whom: person, how: pick }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('muteWord' as const), who: person, word: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('muteThread' as const), who: person, post: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('tag' as const), who: person, tag: pick }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('suspend' as const), who: person }) },
  { weight: 7, arbitrary: fc.record({ do: fc.constant('read' as const), who: person }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('deliver' as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(1, 50, 3000, 70_000, 4 * 3_600_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('flush' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('outage' as const) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('flip' as const), who: person, pull: fc.boolean() }) },
);
/** One thing that happens. */
export type Happening = typeof happening extends fc.Arbitrary<infer T> ? T : never;

/** Whether the timelines answer. */
export interface Outage {
  down: boolean;
}

/** A timeline store that answers only while there is no outage. */
export const failing = (store: TimelineStore, outage: Outage): TimelineStore =>
  Object.fromEntries(
    Object.entries(store).map(([name, call]) => [
      name,
      async (...args: never[]) => {
        if (outage.down && name !== 'close') throw unavailable('timelines.down', 'the timelines are down');
        return (call as (...args: never[]) => Promise<unknown>)(...args);
      },
    ]),
  ) as unknown as TimelineStore;

/** Who and what there is. */
export interface Cast {
  readonly people: readonly (Actor & { readonly id: Id })[];
  readonly posts: Id[];
}

/** Where things happen. */
export interface Scene {
  readonly world: FeedWorld;
  readonly cast: Cast;
  readonly outage: Outage;
  /** Loses what is cached of timelines. */
  flush(): Promise<void>;
}

/** Plays one happening. Calls that are refused change nothing, and that is as it should be. */
export async function happen(scene: Scene, event: Happening): Promise<void> {
  const { world, cast, outage } = scene;
  const { graph, posts, ground } = world;
  const at = (n: number) => cast.people[n] as Actor & { readonly id: Id };
  const post = (n: number) => cast.posts[n % Math.max(1, cast.posts.length)] ?? '1';
  const took = (view: { readonly id: Id } | null) => {
    if (view) cast.posts.push(view.id);
  };
  const pair = 'who' in event && 'whom' in event ? { actor: at(event.who), userId: at(event.whom).id } : null;
  switch (event.do) {
    case 'write':
      return took(
        await attempt(() =>
          posts.create(at(event.who), {
            text: `${WORDS[event.seed % 7] ?? 'nothing'} ${event.how % 5 === 0 ? `#${TAGS[event.seed % 2]}` : ''}`,
            visibility: VISIBILITIES[event.how % VISIBILITIES.length] ?? 'public',
            media: event.seed % 3 === 0 ? [{ ref: 'a', type: 'image', alt: null }] : [],
            ...(event.how % 11 === 0 ? { expiresAt: ground.clock.now() + 3_600_000 } : {}),
          }),
        ),
      );
    case 'spree':
      for (let i = 0; i <= event.count; i++) {
        const how = event.seed + i;
        await happen(scene, { do: 'write', who: event.who, how, seed: how });
        ground.clock.advance(how % 4 === 0 ? 20_000 : 10);
      }
      return;
    case 'repost':
      await attempt(() => posts.repost(at(event.who), { postId: post(event.post) }));
      return;
    case 'quote':
      return took(
        await attempt(() => posts.create(at(event.who), { text: 'look', quoteOfId: post(event.post) })),
      );
    case 'undo':
      await attempt(() => posts.undoRepost(at(event.who), { postId: post(event.post) }));
      return;
    case 'delete':
      for (const author of cast.people)
        await attempt(() => posts.delete(author, { postId: post(event.post) }));
      return;
    case 'narrow':
      for (const author of cast.people)
        await attempt(() =>
          posts.setVisibility(author, {
            postId: post(event.post),
            visibility: VISIBILITIES[event.to % VISIBILITIES.length] ?? 'public',
          }),
        );
      return;
    case 'review': {
      const [found] = await ground.readers.facts
        .posts(null, [post(event.post)])
        .then((map) => [...map.values()]);
      const revision = (await ground.readers.posts.find(post(event.post)))?.revision ?? 1;
      await attempt(() =>
        found?.status === 'flagged'
          ? posts.restore(world.staff, { postId: post(event.post), revision })
          : posts.flag(world.staff, { postId: post(event.post), reason: 'rude' }),
      );
      return;
    }
    case 'follow':
      if (pair)
        await attempt(() => graph.follow(pair.actor, { userId: pair.userId, hideReposts: event.hide }));
      return;
    case 'unfollow':
      if (pair) await attempt(() => graph.unfollow(pair.actor, { userId: pair.userId }));
      return;
    case 'befriend':
      await attempt(() => graph.requestFriend(at(event.who), { userId: at(event.whom).id }));
      await attempt(() => graph.acceptFriend(at(event.whom), { userId: at(event.who).id }));
      return;
    case 'block':
      if (pair) await attempt(() => graph.block(pair.actor, { userId: pair.userId }));
      return;
    case 'unblock':
      if (pair) await attempt(() => graph.unblock(pair.actor, { userId: pair.userId }));
      return;
    case 'mute':
      if (pair)
        await attempt(() =>
          event.how % 3 === 0
            ? graph.unmute(pair.actor, { userId: pair.userId })
            : graph.mute(pair.actor, {
                userId: pair.userId,
                scope: event.how % 2 === 0 ? 'all' : 'reposts',
                ...(event.how % 5 === 0 ? { expiresAt: ground.clock.now() + 60_000 } : {}),
              }),
        );
      return;
    case 'muteWord':
      await attempt(() => graph.muteWord(at(event.who), { word: WORDS[event.word % 3] ?? 'plum' }));
      return;
    case 'muteThread':
      await attempt(() => graph.muteThread(at(event.who), { postId: post(event.post) }));
      return;
    case 'tag':
      await attempt(() =>
        event.tag % 3 === 0
          ? graph.unfollowHashtag(at(event.who), { tag: TAGS[event.tag % 2] ?? 'sun' })
          : graph.followHashtag(at(event.who), { tag: TAGS[event.tag % 2] ?? 'sun' }),
      );
      return;
    case 'suspend': {
      const { id } = at(event.who);
      await ground.unitOfWork.transact(async ({ accounts }) => {
        const state = (await accounts.byIds([id])).get(id)?.state ?? 'active';
        const to = state === 'suspended' ? 'active' : 'suspended';
        await accounts.moveState(
          id,
          { from: state, to, reason: null, resumeState: null },
          ground.clock.now(),
        );
      });
      return;
    }
    case 'read':
      await world.home(at(event.who), { limit: 3 });
      return;
    case 'deliver':
      return world.idle();
    case 'wait':
      ground.clock.advance(event.ms);
      return;
    case 'flush':
      await scene.flush();
      return;
    case 'outage':
      // Whatever is delivered now does not arrive.
      await world.idle();
      outage.down = true;
      for (const who of cast.people)
        await happen(scene, {
          do: 'spree',
          who: cast.people.indexOf(who),
          count: 1,
          seed: 1,
        });
      await world.idle();
      outage.down = false;
      return;
    case 'flip': {
      const standing = await ground.feed.deliveries.find(at(event.who).id);
      const mode = event.pull ? 'pull' : 'push';
      if (mode === (standing?.mode ?? 'push')) return;
      await ground.feed.deliveries.put({
        authorId: at(event.who).id,
        mode,
        since: ground.clock.now() + 60_000,
        activeFollowers: 1,
        postsPerDay: 1,
        evaluatedAt: ground.clock.now(),
      });
      world.parts.refresh();
      return;
    }
  }
}
