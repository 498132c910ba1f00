import type { Id } from '@socialkit/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMemoryGround } from './sample-ground.js';
import { type FeedWorld, openFeedWorld } from './sample-world.js';

type Person = Awaited<ReturnType<FeedWorld['join']>>;

describe('the home feed', () => {
  let world: FeedWorld;
  let reader: Person;
  let friend: Person;
  let other: Person;
  beforeEach(async () => {
    world = await openFeedWorld(openMemoryGround({ keep: 30, slack: 10 }), { timelineLength: 30 });
    [reader, friend, other] = [await world.join(), await world.join(), await world.join()];
    await world.graph.follow(reader, { userId: friend.id });
  });
  afterEach(() => world.close());

  const ids = (page: { readonly items: readonly { readonly id: Id }[] }) => page.items.map(({ id }) => id);
  const writeMany = async (author: Person, count: number) => {
    const written: Id[] = [];
    for (let i = 0; i < count; i++) {
      written.unshift(await world.write(author, `post ${i}`));
      world.ground.clock.advance(60_000);
    }
    return written;
  };

  it("shows posts of whom one follows and one's own, newest first, and nobody else's", async () => {
    const first = await world.write(friend);
    await world.write(other);
    const own = await world.write(reader);
    const last = await world.write(friend);
    await world.idle();
    expect(await world.home(reader)).toEqual([last, own, first]);
  });

  it("shows a fresh post of one's own at once, before anything was delivered", async () => {
    expect(await world.home(reader)).toEqual([]);
    const own = await world.write(reader);
    expect(await world.home(reader)).toEqual([own]);
  });

  it('brings the posts of somebody newly followed, and takes them away with the follow', async () => {
    const theirs = await writeMany(other, 3);
    const known = await world.write(friend);
    await world.idle();
    expect(await world.home(reader)).toEqual([known]);
    await world.graph.follow(reader, { userId: other.id });
    await world.idle();
    expect(await world.home(reader)).toEqual([known, ...theirs]);
    await world.graph.unfollow(reader, { userId: other.id });
    expect(await world.home(reader)).toEqual([known]);
  });

  it('follows to the very next read what was deleted, narrowed, taken down or blocked, and what came back', async () => {
    const [gone, narrowed, flagged, stays] = [
      await world.write(friend),
      await world.write(friend),
      await world.write(friend),
      await world.write(friend),
    ] as [Id, Id, Id, Id];
    await world.idle();
    expect(await world.home(reader)).toEqual([stays, flagged, narrowed, gone]);
    await world.posts.delete(friend, { postId: gone });
    await world.posts.setVisibility(friend, { postId: narrowed, visibility: 'private' });
    await world.posts.flag(world.staff, { postId: flagged, reason: 'rude' });
    expect(await world.home(reader)).toEqual([stays]);
    expect(await world.home(friend)).toEqual([stays, narrowed]);
    const { revision } = await world.posts.get(friend, { postId: flagged });
    await world.posts.restore(world.staff, { postId: flagged, revision });
    await world.posts.setVisibility(friend, { postId: narrowed, visibility: 'followers' });
    expect(await world.home(reader)).toEqual([stays, flagged, narrowed]);
    await world.graph.block(friend, { userId: reader.id });
    expect(await world.home(reader)).toEqual([]);
  });

  it('brings a post that was private, or taken down, while the timeline was built', async () => {
    const [secret, flagged] = [
      (await world.posts.create(friend, { text: 'secret', visibility: 'private' })).id,
      await world.write(friend),
    ];
    await world.posts.flag(world.staff, { postId: flagged, reason: 'rude' });
    const newest = await world.write(friend);
    await world.idle();
    expect(await world.home(reader)).toEqual([newest]);
    const { revision } = await world.posts.get(friend, { postId: flagged });
    await world.posts.restore(world.staff, { postId: flagged, revision });
    await world.posts.setVisibility(friend, { postId: secret, visibility: 'public' });
    await world.idle();
    expect(await world.home(reader)).toEqual([newest, flagged, secret]);
  });

  it('leaves out whom one mutes, until the mute ends', async () => {
    const post = await world.write(friend);
    await world.graph.mute(reader, { userId: friend.id, expiresAt: world.ground.clock.now() + 60_000 });
    expect(await world.home(reader)).toEqual([]);
    world.ground.clock.advance(60_001);
    expect(await world.home(reader)).toEqual([post]);
  });

  it('leaves out muted words and threads of others, not of oneself', async () => {
    const spoiler = await world.write(friend, 'Big SPOILER here');
    const thread = await world.write(friend, 'about something');
    const own = await world.write(reader, 'no spoiler');
    await world.graph.muteWord(reader, { word: 'spoiler' });
    await world.graph.muteThread(reader, { postId: thread });
    await world.idle();
    expect(await world.home(reader)).toEqual([own]);
    await world.graph.unmuteWord(reader, { word: 'spoiler' });
    await world.graph.unmuteThread(reader, { postId: thread });
    expect(await world.home(reader)).toEqual([own, thread, spoiler]);
  });

  it('shows an original once among neighbouring reposts, also across pages, and its own place besides', async () => {
    await world.graph.follow(reader, { userId: other.id });
    const original = await world.write(other);
    const [first, second, third] = [await world.join(), await world.join(), await world.join()];
    const wrappers: Id[] = [];
    for (const sharer of [first, second, third]) {
      await world.graph.follow(reader, { userId: sharer.id });
      wrappers.unshift((await world.posts.repost(sharer, { postId: original })).repostId ?? '');
      await world.write(sharer);
    }
    await world.idle();
    for (const limit of [1, 2, 100]) {
      const home = await world.home(reader, { limit });
      expect(home.filter((id) => wrappers.includes(id))).toEqual([wrappers[0]]);
      expect(home).toContain(original);
    }
    expect(await world.home(reader, { reposts: false })).not.toContain(wrappers[0]);
  });

  it('shows media only, and leaves out reposts, on request', async () => {
    const text = await world.write(friend);
    const media = (
      await world.posts.create(friend, { media: [{ ref: 'a', type: 'image', alt: null }], text: 'see' })
    ).id;
    const shared = (await world.posts.repost(friend, { postId: await world.write(other) })).repostId;
    await world.idle();
    expect(await world.home(reader)).toEqual([shared, media, text]);
    expect(await world.home(reader, { reposts: false })).toEqual([media, text]);
    expect(await world.home(reader, { mediaOnly: true })).toEqual([media]);
  });

  it('brings public posts with a followed hashtag, and no others of their authors', async () => {
    const before = await world.write(other, 'see the #Sea');
    await world.write(other, 'a plain one');
    await world.posts.create(other, { text: 'only for followers #sea', visibility: 'followers' });
    expect(await world.home(reader)).toEqual([]);
    await world.graph.followHashtag(reader, { tag: 'sea' });
    const after = await world.write(other, 'again #sea');
    await world.idle();
    expect(await world.home(reader)).toEqual([after, before]);
    await world.graph.unfollowHashtag(reader, { tag: 'sea' });
    expect(await world.home(reader)).toEqual([]);
  });

  it('pages without repeating or skipping while posts arrive, and past the end of the timeline', async () => {
    const written = await writeMany(friend, 100);
    await world.idle();
    await world.home(reader);
    const more = await writeMany(friend, 60);
    await world.idle();
    const first = await world.feed.home(reader, { limit: 13 });
    const seen = ids(first);
    let cursor = first.nextCursor;
    while (cursor !== null) {
      await world.write(friend);
      await world.idle();
      const page = await world.feed.home(reader, { limit: 13, cursor });
      seen.push(...ids(page));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual([...more, ...written]);
  });

  it('fills its pages although most of what is in the timeline is hidden', async () => {
    const hidden = await world.join();
    await world.graph.follow(reader, { userId: hidden.id });
    const shown: Id[] = [];
    for (let i = 0; i < 12; i++) {
      shown.unshift(await world.write(friend));
      await writeMany(hidden, 5);
    }
    await world.graph.mute(reader, { userId: hidden.id });
    await world.idle();
    const page = await world.feed.home(reader, { limit: 10 });
    expect(ids(page)).toEqual(shown.slice(0, 10));
    expect(page.nextCursor).not.toBeNull();
    expect(await world.home(reader, { limit: 10 })).toEqual(shown);
  });

  it('refuses cursors that are damaged, or belong to another listing or reader', async () => {
    await writeMany(friend, 3);
    const { nextCursor } = await world.feed.home(reader, { limit: 1 });
    const cursor = nextCursor ?? '';
    const refused = { code: 'cursor.invalid', category: 'validation' };
    expect(ids(await world.feed.home(reader, { limit: 1, cursor }))).toHaveLength(1);
    await expect(world.feed.home(reader, { cursor: `${cursor.slice(0, -3)}abc` })).rejects.toMatchObject(
      refused,
    );
    await expect(world.feed.home(reader, { cursor, reposts: false })).rejects.toMatchObject(refused);
    await expect(world.feed.home(other, { cursor })).rejects.toMatchObject(refused);
    await expect(world.feed.explore(reader, { cursor })).rejects.toMatchObject(refused);
  });

  it('keeps its cursors within bounds, however many reposts there were', async () => {
    for (let i = 0; i < 20; i++) {
      const original = await world.write(other);
      await world.posts.repost(friend, { postId: original });
    }
    await world.write(friend);
    await world.idle();
    const { nextCursor } = await world.feed.home(reader, { limit: 19 });
    expect(nextCursor?.length).toBeLessThanOrEqual(512);
    const last = await world.feed.home(reader, { limit: 19, cursor: nextCursor ?? '' });
    expect(last.items).toHaveLength(2);
  });

  it('counts what is new above a post or a cursor', async () => {
    const written = await writeMany(friend, 5);
    await world.idle();
    expect(await world.feed.newSince(reader, { sinceId: written[0] ?? '' })).toEqual({
      count: 0,
      more: false,
    });
    expect(await world.feed.newSince(reader, { sinceId: written[3] ?? '' })).toEqual({
      count: 3,
      more: false,
    });
    const { nextCursor } = await world.feed.home(reader, { limit: 2 });
    await world.write(other);
    await writeMany(friend, 2);
    await world.idle();
    expect(await world.feed.newSince(reader, { cursor: nextCursor ?? '' })).toEqual({
      count: 3,
      more: false,
    });
    await writeMany(friend, 101);
    await world.idle();
    expect(await world.feed.newSince(reader, { sinceId: written[0] ?? '' })).toEqual({
      count: 100,
      more: true,
    });
    await expect(world.feed.newSince(reader, {})).rejects.toMatchObject({ code: 'input.invalid' });
  });

  it("is nobody else's business", async () => {
    await expect(world.feed.home({ ...reader, kind: 'anonymous' } as never, {})).rejects.toMatchObject({
      category: 'unauthenticated',
    });
  });

  it('has the first page ready after warming', async () => {
    const post = await world.write(friend);
    await world.parts.warm(reader.id);
    expect(await world.ground.feed.timelines?.read(reader.id, { before: null, limit: 5 })).toMatchObject({
      ids: [post],
    });
  });
});
