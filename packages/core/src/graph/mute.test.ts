import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSampleWorld, type SampleWorld } from './sample-world.js';

const HOUR = 3_600_000;

describe('muting', () => {
  let world: SampleWorld;
  beforeEach(() => {
    world = createSampleWorld();
  });
  afterEach(() => world.close());

  const factsOf = async (viewer: string, id: string) =>
    (await world.readers.facts.relations(viewer, [id])).get(id);

  it('mutes everything of an account, or what it reposts, and leaves following alone', async () => {
    const [me, a, b] = [await world.account(), await world.account(), await world.account()];
    await world.graph.follow(me.actor, { userId: a.id });
    expect(await world.graph.mute(me.actor, { userId: a.id })).toEqual({ status: 'muted', changed: true });
    expect(await world.graph.mute(me.actor, { userId: a.id })).toEqual({ status: 'muted', changed: false });
    expect(await world.graph.mute(me.actor, { userId: b.id, scope: 'reposts' })).toMatchObject({
      changed: true,
    });
    expect(await factsOf(me.id, a.id)).toMatchObject({ muted: true, repostsHidden: false, follows: true });
    expect(await factsOf(me.id, b.id)).toMatchObject({ muted: false, repostsHidden: true });
    expect(await factsOf(a.id, me.id)).toMatchObject({ muted: false });
    expect((await world.graph.muted(me.actor, {})).items).toMatchObject([
      { account: { id: b.id }, scope: 'reposts', expiresAt: null },
      { account: { id: a.id }, scope: 'all', expiresAt: null, viewer: { following: true, muted: true } },
    ]);
    expect(world.told()).toEqual(['follow.accepted', 'mute.created', 'mute.created']);
  });

  it('ends by itself', async () => {
    const [me, a] = [await world.account(), await world.account()];
    const expiresAt = world.clock.now() + HOUR;
    await world.graph.mute(me.actor, { userId: a.id, expiresAt });
    expect(await factsOf(me.id, a.id)).toMatchObject({ muted: true });
    world.clock.advance(HOUR);
    expect(await factsOf(me.id, a.id)).toMatchObject({ muted: false });
    expect((await world.graph.muted(me.actor, {})).items).toEqual([]);
    expect(await world.graph.unmute(me.actor, { userId: a.id })).toEqual({ status: 'none', changed: false });
    await expect(world.graph.mute(me.actor, { userId: a.id, expiresAt })).rejects.toMatchObject({
      code: 'mute.expired',
      category: 'validation',
    });
    expect(await world.graph.mute(me.actor, { userId: a.id, expiresAt: expiresAt + 1 })).toMatchObject({
      changed: true,
    });
  });

  it('takes one scope back, or both', async () => {
    const [me, a] = [await world.account(), await world.account()];
    const both = async () => {
      await world.graph.mute(me.actor, { userId: a.id });
      await world.graph.mute(me.actor, { userId: a.id, scope: 'reposts' });
    };
    await both();
    expect(await world.graph.unmute(me.actor, { userId: a.id, scope: 'all' })).toMatchObject({
      changed: true,
    });
    expect(await factsOf(me.id, a.id)).toMatchObject({ muted: false, repostsHidden: true });
    await both();
    expect(await world.graph.unmute(me.actor, { userId: a.id })).toMatchObject({ changed: true });
    expect(await world.graph.unmute(me.actor, { userId: a.id })).toMatchObject({ changed: false });
    expect(await factsOf(me.id, a.id)).toMatchObject({ muted: false, repostsHidden: false });
    expect(await world.graph.unmute(me.actor, { userId: '17' })).toEqual({ status: 'none', changed: false });
  });

  it('refuses oneself and accounts that cannot be seen', async () => {
    const [me, a] = [await world.account(), await world.account({ state: 'suspended' })];
    await expect(world.graph.mute(me.actor, { userId: me.id })).rejects.toMatchObject({ code: 'mute.self' });
    await expect(world.graph.mute(me.actor, { userId: a.id })).rejects.toMatchObject({
      code: 'account.not_found',
    });
    await world.setState(a.id, 'active');
    expect(await world.graph.mute(me.actor, { userId: a.id })).toMatchObject({ changed: true });
  });
});

describe('muted words', () => {
  let world: SampleWorld;
  beforeEach(() => {
    world = createSampleWorld({ limits: { mutedWords: 2, followedHashtags: 2 } });
  });
  afterEach(() => world.close());

  it('are kept in one form, listed, and end by themselves', async () => {
    const me = await world.account();
    const expiresAt = world.clock.now() + HOUR;
    expect(await world.graph.muteWord(me.actor, { word: ' #Spoiler ' })).toEqual({
      status: 'muted',
      changed: true,
    });
    expect(await world.graph.muteWord(me.actor, { word: 'ｓｐｏｉｌｅｒ' })).toMatchObject({
      changed: false,
    });
    await world.graph.muteWord(me.actor, { word: 'Season  finale', expiresAt });
    expect((await world.graph.mutedWords(me.actor, {})).items).toEqual([
      { word: 'season finale', expiresAt },
      { word: 'spoiler', expiresAt: null },
    ]);
    world.clock.advance(HOUR);
    expect((await world.graph.mutedWords(me.actor, {})).items).toEqual([
      { word: 'spoiler', expiresAt: null },
    ]);
    expect(await world.graph.unmuteWord(me.actor, { word: 'SPOILER' })).toMatchObject({ changed: true });
    expect(await world.graph.unmuteWord(me.actor, { word: 'SPOILER' })).toMatchObject({ changed: false });
  });

  it('are limited in number; what ended makes room', async () => {
    const me = await world.account();
    await world.graph.muteWord(me.actor, { word: 'one', expiresAt: world.clock.now() + HOUR });
    await world.graph.muteWord(me.actor, { word: 'two' });
    await expect(world.graph.muteWord(me.actor, { word: 'three' })).rejects.toMatchObject({
      code: 'muted_word.limit_reached',
      category: 'conflict',
    });
    expect((await world.graph.mutedWords(me.actor, {})).items).toHaveLength(2);
    expect(await world.graph.muteWord(me.actor, { word: 'two' })).toMatchObject({ changed: false });
    world.clock.advance(HOUR);
    expect(await world.graph.muteWord(me.actor, { word: 'three' })).toMatchObject({ changed: true });
  });

  it('refuse what is no word', async () => {
    const me = await world.account();
    for (const word of ['', '#', '  ', 'a\u0000b', '\ud800', 'x'.repeat(101), 'a\nb'])
      await expect(world.graph.muteWord(me.actor, { word })).rejects.toMatchObject({ code: 'input.invalid' });
    expect(await world.graph.muteWord(me.actor, { word: 'x'.repeat(100) })).toMatchObject({ changed: true });
  });

  it('and hashtags to follow are each account’s own', async () => {
    const [me, other] = [await world.account(), await world.account()];
    expect(await world.graph.followHashtag(me.actor, { tag: '#TypeScript' })).toEqual({
      status: 'following',
      changed: true,
    });
    expect(await world.graph.followHashtag(me.actor, { tag: 'typescript' })).toMatchObject({
      changed: false,
    });
    await world.graph.followHashtag(me.actor, { tag: 'żółw' });
    await expect(world.graph.followHashtag(me.actor, { tag: 'third' })).rejects.toMatchObject({
      code: 'hashtag.limit_reached',
    });
    await expect(world.graph.followHashtag(me.actor, { tag: 'two words' })).rejects.toMatchObject({
      code: 'input.invalid',
    });
    expect((await world.graph.followedHashtags(me.actor, {})).items).toEqual([
      { tag: 'żółw' },
      { tag: 'typescript' },
    ]);
    expect((await world.graph.followedHashtags(other.actor, {})).items).toEqual([]);
    expect(await world.graph.unfollowHashtag(me.actor, { tag: '#typescript' })).toEqual({
      status: 'none',
      changed: true,
    });
    expect(world.told()).toEqual(['hashtag.followed', 'hashtag.followed', 'hashtag.unfollowed']);
  });
});

describe('muted threads', () => {
  let world: SampleWorld;
  beforeEach(() => {
    world = createSampleWorld({ limits: { mutedThreads: 2 } });
  });
  afterEach(() => world.close());

  it('are found by the id the post had as a draft', async () => {
    const me = await world.account();
    const postId = await world.post(me.id);
    await world.rememberDraft('17', postId);
    expect(await world.graph.muteThread(me.actor, { postId: '17' })).toMatchObject({ changed: true });
    expect((await world.graph.mutedThreads(me.actor, {})).items).toMatchObject([{ postId }]);
    expect(await world.graph.unmuteThread(me.actor, { postId: '17' })).toMatchObject({ changed: true });
  });

  it('are found among posts until they end', async () => {
    const [me, author] = [await world.account(), await world.account()];
    const [a, b] = [await world.post(author.id), await world.post(author.id)];
    const expiresAt = world.clock.now() + HOUR;
    expect(await world.graph.muteThread(me.actor, { postId: a })).toEqual({ status: 'muted', changed: true });
    expect(await world.graph.muteThread(me.actor, { postId: a })).toMatchObject({ changed: false });
    await world.graph.muteThread(me.actor, { postId: b, expiresAt });
    expect((await world.graph.mutedThreads(me.actor, {})).items).toEqual([
      { postId: b, expiresAt },
      { postId: a, expiresAt: null },
    ]);
    const among = () => world.readers.topics.mutedAmong(me.id, [a, b], world.clock.now());
    expect(await among()).toEqual(new Set([a, b]));
    world.clock.advance(HOUR);
    expect(await among()).toEqual(new Set([a]));
    expect(await world.graph.unmuteThread(me.actor, { postId: a })).toEqual({
      status: 'none',
      changed: true,
    });
    expect(await world.graph.unmuteThread(me.actor, { postId: a })).toEqual({
      status: 'none',
      changed: false,
    });
    expect(await world.graph.unmuteThread(me.actor, { postId: '17' })).toEqual({
      status: 'none',
      changed: false,
    });
  });

  it('are of posts one can see', async () => {
    const [me, author] = [await world.account(), await world.account()];
    const secret = await world.post(author.id, 'followers');
    for (const postId of [secret, '17'])
      await expect(world.graph.muteThread(me.actor, { postId })).rejects.toMatchObject({
        code: 'post.not_found',
      });
    await world.graph.follow(me.actor, { userId: author.id });
    expect(await world.graph.muteThread(me.actor, { postId: secret })).toMatchObject({ changed: true });
  });

  it('are limited in number', async () => {
    const me = await world.account();
    const [a, b, c] = [await world.post(me.id), await world.post(me.id), await world.post(me.id)];
    for (const postId of [a, b]) await world.graph.muteThread(me.actor, { postId });
    await expect(world.graph.muteThread(me.actor, { postId: c })).rejects.toMatchObject({
      code: 'muted_thread.limit_reached',
    });
    expect(await world.graph.muteThread(me.actor, { postId: b })).toMatchObject({ changed: false });
  });
});
