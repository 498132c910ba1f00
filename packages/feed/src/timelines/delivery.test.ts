import { type Id, unavailable } from '@socialkit/core';
import { afterEach, describe, expect, it } from 'vitest';
import { LARGE_QUEUE } from './fan-out.js';
import type { FeedOptions } from './options.js';
import { openMemoryGround } from './sample-ground.js';
import { type FeedWorld, openFeedWorld } from './sample-world.js';
import type { TimelineStore } from './store.js';
import { createMemoryTimelines } from './store.memory.js';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe('delivery', () => {
  let world: FeedWorld;
  let store: TimelineStore;
  afterEach(() => world.close());

  /** A world whose timelines count what is pushed, and fail when told to. */
  const open = async (options: FeedOptions = {}) => {
    const ground = openMemoryGround();
    store = createMemoryTimelines({ clock: ground.clock });
    const seen = { pushes: [] as string[], failPushes: 0, down: false };
    const timelines: TimelineStore = {
      ...store,
      async push(postId, readers) {
        if (seen.down || seen.failPushes-- > 0) throw unavailable('timelines.down', 'down');
        seen.pushes.push(readers);
        return store.push(postId, readers);
      },
      async read(userId, window) {
        if (seen.down) throw unavailable('timelines.down', 'down');
        return store.read(userId, window);
      },
      async begin(userId, build) {
        if (seen.down) throw unavailable('timelines.down', 'down');
        return store.begin(userId, build);
      },
      async drop(userIds) {
        if (seen.down) throw unavailable('timelines.down', 'down');
        return store.drop(userIds);
      },
    };
    world = await openFeedWorld(ground, { retryPauseMs: 0, ...options }, { timelines });
    return seen;
  };
  const crowd = async (count: number, author: { readonly id: Id }) => {
    const people = [];
    for (let i = 0; i < count; i++) {
      const person = await world.join();
      await world.graph.follow(person, { userId: author.id });
      people.push(person);
    }
    await world.idle();
    return people;
  };
  const inTimeline = async (userId: Id) => (await store.read(userId, { before: null, limit: 50 }))?.ids;

  it('reaches active followers only', async () => {
    await open();
    const author = await world.join();
    const [active, idle] = await crowd(2, author);
    if (!active || !idle) throw new Error('nobody came');
    await world.home(active);
    const post = await world.write(author);
    await world.idle();
    expect(await world.home(active)).toEqual([post]);
    expect(await inTimeline(active.id)).toEqual([post]);
    expect(await inTimeline(idle.id)).toBeUndefined();
  });

  it('leaves what is beyond the first followers to the lane of large authors', async () => {
    const seen = await open({ followersPerPage: 2, largeAbove: 4 });
    const author = await world.join();
    const people = await crowd(11, author);
    for (const person of people) await world.home(person);
    seen.pushes.length = 0;
    const post = await world.write(author);
    await world.idle();
    expect(seen.pushes.slice(0, 3).join().split(',')).toHaveLength(5);
    for (const person of people) expect(await world.home(person)).toEqual([post]);
    expect(await world.ground.feed.deliveries.progress(post)).toBeNull();
  });

  it('goes on with a large author where it was interrupted, and repeats at most what was under way', async () => {
    const seen = await open({ followersPerPage: 2, largeAbove: 2 });
    const author = await world.join();
    const people = await crowd(12, author);
    for (const person of people) await world.home(person);
    const post = await world.write(author);
    await world.idle();
    const ids = people.map(({ id }) => id).sort();
    const watermark = ids[5] ?? '';
    // As a process that died after six followers leaves it.
    await world.ground.feed.deliveries.saveProgress(post, watermark);
    await world.ground.unitOfWork.transact(({ jobs }) =>
      jobs.enqueue(LARGE_QUEUE, { postId: post, authorId: author.id }, { key: post }).then(() => {}),
    );
    seen.pushes.length = 0;
    await world.idle();
    const reached = seen.pushes.join().split(',');
    expect(reached).toEqual(ids.slice(6));
    for (const person of people) expect(await world.home(person)).toEqual([post]);
  });

  it('delivers every event again without showing anything twice', async () => {
    await open();
    const author = await world.join();
    const [reader] = await crowd(1, author);
    if (!reader) throw new Error('nobody came');
    await world.home(reader);
    const posts = [await world.write(author), await world.write(author)].reverse();
    await world.idle();
    const [deliver] = world.parts.subscribers;
    for (const postId of posts)
      await deliver?.handle(
        {
          id: world.ground.ids.next(),
          type: 'post.published',
          version: 1,
          occurredAt: 0,
          actorId: author.id,
          payload: {
            postId,
            authorId: author.id,
            visibility: 'public',
            type: 'text',
            repostOfId: null,
            quoteOfId: null,
            mentions: [],
          },
        },
        { attempt: 2, signal: new AbortController().signal },
      );
    expect(await world.home(reader)).toEqual(posts);
    expect(await inTimeline(reader.id)).toEqual(posts);
  });

  it('tries again when the timelines do not answer for a moment', async () => {
    const seen = await open();
    const author = await world.join();
    const [reader] = await crowd(1, author);
    if (!reader) throw new Error('nobody came');
    await world.home(reader);
    seen.failPushes = 2;
    const post = await world.write(author);
    await world.idle();
    expect((await world.ground.feed.deliveries.snapshot()).distrustUpTo).toBe('0');
    expect(await world.home(reader)).toEqual([post]);
  });

  it('loses nothing when the timelines are away: reads come from the rows, and what was missed is built anew', async () => {
    const seen = await open();
    const author = await world.join();
    const [reader] = await crowd(1, author);
    if (!reader) throw new Error('nobody came');
    const before = await world.write(author);
    await world.idle();
    expect(await world.home(reader)).toEqual([before]);
    seen.down = true;
    const during = await world.write(author);
    const stranger = await world.join();
    const theirs = await world.write(stranger);
    await world.graph.follow(reader, { userId: stranger.id });
    await world.idle();
    expect(await world.ground.jobs.stats()).toMatchObject({ due: 0, dead: 0, scheduled: 0 });
    expect(await world.home(reader)).toEqual([theirs, during, before]);
    seen.down = false;
    expect(await world.home(reader)).toEqual([theirs, during, before]);
    world.ground.clock.advance(MINUTE);
    const after = await world.write(author);
    await world.idle();
    expect(await world.home(reader)).toEqual([after, theirs, during, before]);
  });

  it('builds timelines anew that were left from another rule', async () => {
    await open({ rule: 'pull' });
    const author = await world.join();
    const [reader] = await crowd(1, author);
    if (!reader) throw new Error('nobody came');
    const build = world.ground.ids.next();
    await store.begin(reader.id, build);
    await store.fill(reader.id, build, [], true);
    const post = await world.write(author);
    await world.idle();
    expect(await world.home(reader)).toEqual([post]);
    const { distrustUpTo } = await world.ground.feed.deliveries.snapshot();
    expect(BigInt(distrustUpTo)).toBeGreaterThan(BigInt(build));
  });

  describe('by pushing or pulling', () => {
    const thresholds = { pushBelow: 3, pullAbove: 5 } as const;
    const deliveryOf = (author: { readonly id: Id }) => world.ground.feed.deliveries.find(author.id);

    it('pulls an author whom many active people follow, announced before writing ends, and loses nothing on the way', async () => {
      const seen = await open(thresholds);
      const author = await world.join();
      const people = await crowd(7, author);
      for (const person of people) await world.home(person);
      const written = [await world.write(author)];
      await world.idle();
      expect(await deliveryOf(author)).toMatchObject({
        mode: 'pull',
        activeFollowers: 7,
        since: world.ground.clock.now() + MINUTE,
      });
      // Announced: still written.
      written.unshift(await world.write(author));
      await world.idle();
      for (const person of people) expect(await world.home(person)).toEqual(written);
      world.ground.clock.advance(MINUTE + 1);
      seen.pushes.length = 0;
      written.unshift(await world.write(author));
      await world.idle();
      expect(seen.pushes).toEqual([author.id]);
      for (const person of people) expect(await world.home(person)).toEqual(written);
    });

    it('pushes again when few are left, and still merges what was never written', async () => {
      await open(thresholds);
      const author = await world.join();
      const people = await crowd(7, author);
      for (const person of people) await world.home(person);
      const written = [await world.write(author)];
      await world.idle();
      world.ground.clock.advance(2 * MINUTE);
      written.unshift(await world.write(author));
      await world.idle();
      const [stays] = people;
      if (!stays) throw new Error('nobody came');
      for (const person of people.slice(1)) await world.graph.unfollow(person, { userId: author.id });
      world.ground.clock.advance(DAY);
      written.unshift(await world.write(author));
      await world.idle();
      expect(await deliveryOf(author)).toMatchObject({ mode: 'push', activeFollowers: 1 });
      written.unshift(await world.write(author));
      await world.idle();
      expect(await world.home(stays)).toEqual(written);
      world.ground.clock.advance(2 * MINUTE);
      written.unshift(await world.write(author));
      await world.idle();
      expect(await world.home(stays, { limit: 1 })).toEqual(written);
    });

    it('looks at an author once a day, and not at small ones', async () => {
      await open(thresholds);
      const [author, small] = [await world.join(), await world.join()];
      const people = await crowd(4, author);
      await crowd(1, small);
      for (const person of people) await world.home(person);
      await world.write(author);
      await world.write(small);
      await world.idle();
      const first = await deliveryOf(author);
      expect(first?.evaluatedAt).toBe(world.ground.clock.now());
      expect(await deliveryOf(small)).toBeNull();
      world.ground.clock.advance(DAY / 2);
      await world.write(author);
      await world.idle();
      expect(await deliveryOf(author)).toEqual(first);
      world.ground.clock.advance(DAY / 2);
      await world.write(author);
      await world.idle();
      expect((await deliveryOf(author))?.evaluatedAt).toBe(world.ground.clock.now());
    });
  });
});
