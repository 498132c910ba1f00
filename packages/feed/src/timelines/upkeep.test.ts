import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMemoryGround } from './sample-ground.js';
import { type FeedWorld, openFeedWorld } from './sample-world.js';
import type { TimelineStore } from './store.js';

type Person = Awaited<ReturnType<FeedWorld['join']>>;

describe('the upkeep of feeds', () => {
  let world: FeedWorld;
  let reader: Person;
  let friend: Person;
  beforeEach(async () => {
    world = await openFeedWorld(openMemoryGround());
    [reader, friend] = [await world.join(), await world.join()];
    await world.graph.follow(reader, { userId: friend.id });
  });
  afterEach(() => world.close());

  const timelines = () => world.ground.feed.timelines as TimelineStore;
  const verify = () => world.feed.verify(world.staff, { userId: reader.id });

  it('finds a whole timeline whole', async () => {
    await world.write(friend);
    await world.idle();
    expect(await verify()).toMatchObject({ state: 'none', repaired: false });
    await world.home(reader);
    await world.write(friend);
    await world.idle();
    expect(await verify()).toEqual({
      state: 'checked',
      checked: 2,
      missing: [],
      surplus: [],
      repaired: false,
    });
  });

  it('finds and repairs what was lost, and is told what is too much', async () => {
    const [first, second] = [await world.write(friend), await world.write(friend)];
    await world.idle();
    const build = world.ground.ids.next();
    const foreign = world.ground.ids.next();
    await timelines().begin(reader.id, build);
    await timelines().fill(reader.id, build, [foreign, first], true);
    expect(await world.home(reader)).toEqual([first]);
    expect(await verify()).toEqual({
      state: 'checked',
      checked: 2,
      missing: [second],
      surplus: [foreign],
      repaired: true,
    });
    expect(await world.home(reader)).toEqual([second, first]);
    expect(await verify()).toMatchObject({ missing: [], surplus: [], repaired: false });
  });

  it('builds anew on request', async () => {
    const post = await world.write(friend);
    expect(await world.feed.rebuild(world.staff, { userId: reader.id })).toEqual({
      rebuilt: true,
      length: 1,
    });
    expect((await timelines().read(reader.id, { before: null, limit: 5 }))?.ids).toEqual([post]);
  });

  it('is for staff with the permission, and is written down', async () => {
    for (const call of [world.feed.verify, world.feed.rebuild]) {
      await expect(call(reader, { userId: reader.id })).rejects.toMatchObject({
        code: 'actor.missing_permission',
      });
      await expect(call(world.staff, { userId: world.ground.ids.next() })).rejects.toMatchObject({
        code: 'account.not_found',
      });
      await call(world.staff, { userId: reader.id });
    }
    const audit = await world.ground.readers.audit.bySubject(
      { kind: 'account', id: reader.id },
      { limit: 5 },
    );
    expect(audit.map(({ action }) => action)).toEqual(['feed.rebuild', 'feed.verify']);
  });
});

describe('feed.changes', () => {
  it('says what became of the posts a client holds', async () => {
    const world = await openFeedWorld(openMemoryGround());
    try {
      const [reader, author] = [await world.join(), await world.join()];
      const [same, edited, deleted, hidden] = [
        await world.write(author),
        await world.write(author),
        await world.write(author),
        await world.write(author),
      ];
      const shared = (await world.posts.repost(reader, { postId: edited ?? '' })).repostId ?? '';
      world.ground.clock.advance(1000);
      const since = world.ground.clock.now();
      await world.posts.edit(author, { postId: edited ?? '', text: 'better' });
      await world.posts.delete(author, { postId: deleted ?? '' });
      await world.posts.setVisibility(author, { postId: hidden ?? '', visibility: 'private' });
      const ids = [same, edited, deleted, hidden, shared, edited].map((id) => id ?? '');
      const { items } = await world.feed.changes(reader, { ids, since });
      expect(items.map(({ id, state }) => [id, state])).toEqual([
        [same, 'unchanged'],
        [edited, 'edited'],
        [deleted, 'gone'],
        [hidden, 'gone'],
        [shared, 'edited'],
      ]);
      expect(items[1]).toMatchObject({ post: { text: 'better' }, counts: { reposts: 1 } });
      expect(items[2]).toEqual({ id: deleted, state: 'gone', counts: null, post: null });
      world.ground.clock.advance(1);
      const later = await world.feed.changes(reader, {
        ids: [edited ?? ''],
        since: world.ground.clock.now(),
      });
      expect(later.items[0]).toMatchObject({ state: 'unchanged', post: null });
    } finally {
      await world.close();
    }
  });
});
