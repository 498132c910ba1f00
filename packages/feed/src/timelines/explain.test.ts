import { type Id, systemActor } from '@socialkit/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openMemoryGround } from './sample-ground.js';
import { type FeedWorld, openFeedWorld } from './sample-world.js';

type Person = Awaited<ReturnType<FeedWorld['join']>>;

describe('feed.explain', () => {
  let world: FeedWorld;
  let reader: Person;
  let friend: Person;
  let other: Person;
  beforeEach(async () => {
    world = await openFeedWorld(openMemoryGround());
    [reader, friend, other] = [await world.join(), await world.join(), await world.join()];
    await world.graph.follow(reader, { userId: friend.id });
  });
  afterEach(() => world.close());

  const explain = async (postId: Id) => {
    await world.idle();
    const { shown, reason, rule, from } = await world.feed.explain(reader, { postId });
    expect([rule, from]).toEqual([null, null]);
    expect(shown).toBe((await world.home(reader)).includes(postId));
    return reason;
  };

  it('says why a post is there', async () => {
    expect(await explain(await world.write(reader))).toBe('own_post');
    expect(await explain(await world.write(friend))).toBe('followed_author');
    await world.graph.followHashtag(reader, { tag: 'sea' });
    expect(await explain(await world.write(other, '#sea'))).toBe('followed_hashtag');
  });

  it('says which of his own settings keeps a post out', async () => {
    const post = await world.write(friend, 'an apple');
    const shared = (await world.posts.repost(friend, { postId: await world.write(other) })).repostId ?? '';
    expect(await explain(await world.write(other))).toBe('not_followed');
    await world.graph.muteWord(reader, { word: 'apple' });
    expect(await explain(post)).toBe('muted_word');
    await world.graph.muteThread(reader, { postId: post });
    expect(await explain(post)).toBe('muted_thread');
    await world.graph.mute(reader, { userId: friend.id, scope: 'reposts' });
    expect(await explain(shared)).toBe('reposts_hidden');
    await world.graph.mute(reader, { userId: friend.id });
    expect(await explain(post)).toBe('muted_author');
  });

  it('says that another repost of the same original stands above', async () => {
    const sharer = await world.join();
    await world.graph.follow(reader, { userId: sharer.id });
    const original = await world.write(other);
    const older = (await world.posts.repost(friend, { postId: original })).repostId ?? '';
    const newer = (await world.posts.repost(sharer, { postId: original })).repostId ?? '';
    expect(await explain(newer)).toBe('followed_author');
    expect(await explain(older)).toBe('collapsed');
  });

  it('makes no difference between what is missing and what he may not see', async () => {
    const [secret, deleted, flagged] = [
      (await world.posts.create(friend, { text: 'x', visibility: 'private' })).id,
      await world.write(friend),
      await world.write(friend),
    ] as [Id, Id, Id];
    await world.posts.delete(friend, { postId: deleted });
    await world.posts.flag(world.staff, { postId: flagged, reason: 'rude' });
    const answers = [];
    for (const postId of [secret, deleted, flagged, world.ground.ids.next()])
      answers.push(await world.feed.explain(reader, { postId }));
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set([JSON.stringify({ shown: false, reason: 'not_visible', rule: null, from: null })]),
    );
    expect((await world.feed.explain(friend, { postId: secret })).shown).toBe(true);
  });

  it('tells authors that a post of theirs is not published', async () => {
    const draft = (await world.posts.create(reader, { text: 'x', draft: true })).id;
    expect(await explain(draft)).toBe('not_published');
    const { id } = await world.posts.publish(reader, { postId: draft });
    expect(await explain(id)).toBe('own_post');
    expect(await world.feed.explain(reader, { postId: draft })).toMatchObject({ reason: 'own_post' });
    const asked = { ids: [draft, id], since: world.ground.clock.now() + 1 };
    expect((await world.feed.changes(reader, asked)).items).toMatchObject([
      { id: draft, state: 'edited', post: { id } },
      { id, state: 'unchanged', post: null },
    ]);
  });

  it('tells staff the rule, about whomever they ask, and writes down that they asked', async () => {
    const secret = (await world.posts.create(friend, { text: 'x', visibility: 'private' })).id;
    const flagged = await world.write(friend);
    await world.posts.flag(world.staff, { postId: flagged, reason: 'rude' });
    const ask = (postId: Id) => world.feed.explain(world.staff, { postId, userId: reader.id });
    expect(await ask(secret)).toMatchObject({ reason: 'not_visible', rule: 'audience' });
    expect(await ask(flagged)).toMatchObject({ reason: 'not_visible', rule: 'not_taken_down' });
    expect(await ask(world.ground.ids.next())).toMatchObject({ reason: 'not_visible', rule: 'exists' });
    const shown = await world.write(friend);
    await world.home(reader);
    expect(await ask(shown)).toMatchObject({ shown: true, reason: 'followed_author', from: 'timeline' });
    const audit = await world.ground.readers.audit.bySubject(
      { kind: 'account', id: reader.id },
      { limit: 10 },
    );
    expect(audit.map(({ action }) => action)).toEqual(Array(4).fill('feed.explain'));
    await expect(world.feed.explain(friend, { postId: shown, userId: reader.id })).rejects.toMatchObject({
      code: 'actor.missing_permission',
    });
    expect(await world.feed.explain(systemActor('x'), { postId: shown, userId: reader.id })).toMatchObject({
      shown: true,
    });
  });
});
