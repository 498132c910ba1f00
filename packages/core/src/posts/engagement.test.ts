import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPostWorld, type Person, type PostWorld } from './sample-world.js';
import { jsonTextOf } from './view.js';

const HOUR_MS = 60 * 60_000;
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('what people do with posts', () => {
  let world: PostWorld;
  let ann: Person;
  let bob: Person;
  let carol: Person;
  beforeEach(async () => {
    world = createPostWorld();
    [ann, bob, carol] = [await world.account(), await world.account(), await world.account()];
  });
  afterEach(async () => {
    expect(await world.drift()).toEqual([]);
    await world.close();
  });
  const write = async (input: object = {}, by = ann) =>
    (await world.posts.create(by.actor, { text: 'post', ...input })).id;

  describe('reposts', () => {
    it('stand in the name of the reposter, once, and can be taken back', async () => {
      const postId = await write();
      const { repostId } = await world.posts.repost(bob.actor, { postId });
      expect(await world.posts.repost(bob.actor, { postId })).toEqual({ repostId, changed: false });
      expect(await world.posts.get(carol.actor, { postId: repostId ?? '' })).toMatchObject({
        author: { id: bob.id },
        text: '',
        repostOf: { id: postId, text: 'post', counts: { reposts: 1 } },
        viewer: { canComment: false, canShare: false, canEdit: false },
      });
      expect((await world.posts.get(bob.actor, { postId })).viewer.reposted).toBe(true);
      world.told();
      expect(await world.posts.undoRepost(bob.actor, { postId })).toEqual({ repostId: null, changed: true });
      expect(await world.posts.undoRepost(bob.actor, { postId })).toEqual({ repostId: null, changed: false });
      expect(world.told()).toEqual(['post.deleted']);
      const again = await world.posts.repost(bob.actor, { postId });
      expect(again).toMatchObject({ changed: true });
      expect(again.repostId).not.toBe(repostId);
    });

    it('of a repost are of its original', async () => {
      const postId = await write();
      const { repostId } = await world.posts.repost(bob.actor, { postId });
      const second = await world.posts.repost(carol.actor, { postId: repostId ?? '' });
      expect(await world.posts.get(ann.actor, { postId: second.repostId ?? '' })).toMatchObject({
        repostOf: { id: postId, counts: { reposts: 2 } },
      });
      await world.posts.delete(carol.actor, { postId: second.repostId ?? '' });
      expect((await world.posts.get(ann.actor, { postId })).counts.reposts).toBe(1);
    });

    it('are of public posts of public accounts, and of one’s own public posts', async () => {
      const secret = await world.account({ isPrivate: true });
      await world.follow(bob, secret);
      const refused = async (postId: string) =>
        expect(world.posts.repost(bob.actor, { postId })).rejects.toEqual(code('post.not_shareable'));
      await refused(await write({}, secret));
      await world.follow(bob, ann);
      await refused(await write({ visibility: 'followers' }));
      await expect(
        world.posts.repost(bob.actor, { postId: await write({ visibility: 'private' }) }),
      ).rejects.toEqual(code('post.not_found'));
      expect(await world.posts.repost(secret.actor, { postId: await write({}, secret) })).toMatchObject({
        changed: true,
      });
      expect(await world.posts.repost(bob.actor, { postId: await write() })).toMatchObject({ changed: true });
    });

    it('cannot reach over a block', async () => {
      const postId = await write();
      const { repostId } = await world.posts.repost(bob.actor, { postId });
      await world.block(ann, carol);
      for (const id of [postId, repostId ?? ''])
        await expect(world.posts.repost(carol.actor, { postId: id })).rejects.toEqual(code('post.not_found'));
    });

    it('are listed by who made them, as far as the viewer may see them', async () => {
      const postId = await write();
      const secret = await world.account({ isPrivate: true });
      for (const person of [bob, secret, carol]) await world.posts.repost(person.actor, { postId });
      const list = async (viewer: Person, limit = 20) =>
        (await world.posts.reposts(viewer.actor, { postId, limit })).items.map(({ account }) => account.id);
      expect(await list(ann)).toEqual([carol.id, bob.id]);
      expect(await list(ann, 1)).toEqual([carol.id]);
      await world.follow(ann, secret);
      expect(await list(ann)).toEqual([carol.id, secret.id, bob.id]);
      await world.block(carol, ann);
      expect(await list(ann)).toEqual([secret.id, bob.id]);
      await world.posts.setVisibility(ann.actor, { postId, visibility: 'private' });
      await expect(world.posts.reposts(bob.actor, { postId })).rejects.toEqual(code('post.not_found'));
    });
  });

  describe('quotes', () => {
    it('go through a repost only for whom sees it', async () => {
      const secret = await world.account({ isPrivate: true });
      await world.follow(bob, secret);
      const postId = await write();
      const { repostId } = await world.posts.repost(secret.actor, { postId });
      const through = { text: 'indeed', quoteOfId: repostId ?? '' };
      await expect(world.posts.create(carol.actor, through)).rejects.toEqual(code('post.not_found'));
      expect((await world.posts.create(bob.actor, through)).quoteOf).toMatchObject({ id: postId });
      await world.posts.undoRepost(secret.actor, { postId });
      await expect(world.posts.create(bob.actor, through)).rejects.toEqual(code('post.not_found'));
    });

    it('show the quoted post to whom it is for, and no further', async () => {
      const postId = await write();
      const quote = await world.posts.create(bob.actor, { text: 'indeed', quoteOfId: postId });
      const outer = await world.posts.create(carol.actor, { text: 'this', quoteOfId: quote.id });
      expect(quote.quoteOf).toMatchObject({ id: postId, counts: { quotes: 1 } });
      expect(outer.quoteOf).toMatchObject({ id: quote.id, quoteOf: { collapsed: true, id: postId } });
      expect((await world.posts.quotes(ann.actor, { postId })).items.map(({ id }) => id)).toEqual([quote.id]);
      await world.block(ann, carol);
      expect((await world.posts.get(carol.actor, { postId: quote.id })).quoteOf).toEqual({
        unavailable: true,
      });
      await world.posts.delete(bob.actor, { postId: quote.id });
      expect((await world.posts.get(ann.actor, { postId })).counts.quotes).toBe(0);
    });

    it('need something to say and a post that may be shared, also when a draft is published', async () => {
      const postId = await write();
      await expect(world.posts.create(bob.actor, { quoteOfId: postId })).rejects.toEqual(code('post.empty'));
      const draft = await world.posts.create(bob.actor, { text: 'x', quoteOfId: postId, draft: true });
      expect((await world.posts.get(ann.actor, { postId })).counts.quotes).toBe(0);
      await world.follow(bob, ann);
      await world.posts.setVisibility(ann.actor, { postId, visibility: 'followers' });
      await expect(world.posts.create(bob.actor, { text: 'x', quoteOfId: postId })).rejects.toEqual(
        code('post.not_shareable'),
      );
      await expect(world.posts.publish(bob.actor, { postId: draft.id })).rejects.toEqual(
        code('post.not_shareable'),
      );
      await expect(world.posts.create(bob.actor, { text: 'x', quoteOfId: '5' })).rejects.toEqual(
        code('post.not_found'),
      );
    });
  });

  describe('polls', () => {
    const ask = (poll: object = {}) =>
      write({ text: 'tea?', poll: { options: ['yes', 'no', 'milk'], ...poll } });
    const votes = async (postId: string, viewer: Person) =>
      (await world.posts.get(viewer.actor, { postId })).poll?.options.map((option) => option.votes);

    it('take one ballot an account and keep the results from those who have not voted', async () => {
      const postId = await ask();
      expect(await votes(postId, bob)).toEqual([null, null, null]);
      expect(await votes(postId, ann)).toEqual([0, 0, 0]);
      const voted = await world.posts.vote(bob.actor, { postId, options: [2] });
      expect(voted.poll).toMatchObject({ voted: [2], voterCount: 1, closed: false });
      expect(await votes(postId, bob)).toEqual([0, 0, 1]);
      expect(await votes(postId, carol)).toEqual([null, null, null]);
      expect((await world.posts.get(carol.actor, { postId })).poll).toMatchObject({
        voted: null,
        voterCount: 1,
      });
      await world.posts.vote(bob.actor, { postId, options: [2] });
      await expect(world.posts.vote(bob.actor, { postId, options: [0] })).rejects.toEqual(
        code('poll.already_voted'),
      );
      expect(await votes(postId, ann)).toEqual([0, 0, 1]);
      expect(world.told().filter((type) => type === 'poll.voted')).toEqual(['poll.voted']);
    });

    it('take one option or several as they were asked', async () => {
      const single = await ask();
      await expect(world.posts.vote(bob.actor, { postId: single, options: [0, 1] })).rejects.toEqual(
        code('poll.single_choice'),
      );
      await expect(world.posts.vote(bob.actor, { postId: single, options: [3] })).rejects.toEqual(
        code('poll.unknown_option'),
      );
      const multiple = await ask({ multiple: true });
      await world.posts.vote(bob.actor, { postId: multiple, options: [2, 0] });
      expect((await world.posts.get(bob.actor, { postId: multiple })).poll?.voted).toEqual([0, 2]);
      expect(await votes(multiple, bob)).toEqual([1, 0, 1]);
    });

    it('close when their time is up, and show everybody how it went', async () => {
      const postId = await ask({ durationMs: HOUR_MS });
      await world.posts.vote(bob.actor, { postId, options: [0] });
      world.clock.advance(HOUR_MS);
      expect(await votes(postId, carol)).toEqual([1, 0, 0]);
      await expect(world.posts.vote(carol.actor, { postId, options: [0] })).rejects.toEqual(
        code('poll.closed'),
      );
      expect(await world.posts.vote(bob.actor, { postId, options: [0] })).toMatchObject({
        poll: { closed: true },
      });
    });

    it('run from their publication, however long they were a draft', async () => {
      const draft = await world.posts.create(ann.actor, {
        text: '?',
        poll: { options: ['a', 'b'], durationMs: HOUR_MS },
        draft: true,
      });
      expect(draft.poll).toMatchObject({ expiresAt: null, closed: false });
      world.clock.advance(3 * HOUR_MS);
      const { id: postId, poll } = await world.posts.publish(ann.actor, { postId: draft.id });
      expect(poll?.expiresAt).toBe(world.clock.now() + HOUR_MS);
      expect(await world.posts.vote(bob.actor, { postId: draft.id, options: [0] })).toMatchObject({
        id: postId,
      });
    });

    it('have no ballot for their author, for strangers to the post, and for what is no poll', async () => {
      const postId = await ask({});
      await expect(world.posts.vote(ann.actor, { postId, options: [0] })).rejects.toEqual(code('poll.own'));
      await expect(world.posts.vote(bob.actor, { postId: await write(), options: [0] })).rejects.toEqual(
        code('poll.not_found'),
      );
      await world.posts.setVisibility(ann.actor, { postId, visibility: 'private' });
      await expect(world.posts.vote(bob.actor, { postId, options: [0] })).rejects.toEqual(
        code('post.not_found'),
      );
      await expect(world.posts.vote(ann.actor, { postId, options: [] })).rejects.toEqual(
        code('input.invalid'),
      );
    });
  });

  describe('bookmarks', () => {
    it('are kept once, listed last kept first, for their owner alone', async () => {
      const [one, two, three] = [await write(), await write(), await write()];
      for (const postId of [two, one, three, one]) await world.posts.bookmark(bob.actor, { postId });
      const list = async (person: Person) =>
        (await world.posts.bookmarks(person.actor, {})).items.map(({ id }) => id);
      expect(await list(bob)).toEqual([three, one, two]);
      expect(await list(ann)).toEqual([]);
      expect((await world.posts.get(bob.actor, { postId: one })).viewer.bookmarked).toBe(true);
      expect(await world.posts.get(carol.actor, { postId: one })).toMatchObject({
        viewer: { bookmarked: false },
        counts: { bookmarks: 1 },
      });
      const page = await world.posts.bookmarks(bob.actor, { limit: 2 });
      expect(page.items).toHaveLength(2);
      const rest = await world.posts.bookmarks(bob.actor, { limit: 2, cursor: page.nextCursor ?? '' });
      expect(rest.items.map(({ id }) => id)).toEqual([two]);
      await expect(world.posts.bookmarks(ann.actor, { cursor: page.nextCursor ?? '' })).rejects.toEqual(
        code('cursor.invalid'),
      );
      expect(await world.posts.unbookmark(bob.actor, { postId: one })).toEqual({ changed: true });
      expect(await world.posts.unbookmark(bob.actor, { postId: one })).toEqual({ changed: false });
    });

    it('leave out what cannot be seen any more, and can still be dropped', async () => {
      const postId = await write();
      await world.posts.bookmark(bob.actor, { postId });
      await world.block(ann, bob);
      expect((await world.posts.bookmarks(bob.actor, {})).items).toEqual([]);
      await expect(world.posts.bookmark(bob.actor, { postId })).rejects.toEqual(code('post.not_found'));
      expect(await world.posts.unbookmark(bob.actor, { postId })).toEqual({ changed: true });
    });

    it('are of published posts', async () => {
      const draft = await world.posts.create(ann.actor, { text: 'x', draft: true });
      await expect(world.posts.bookmark(ann.actor, { postId: draft.id })).rejects.toEqual(
        code('post.not_live'),
      );
    });
  });

  describe('pins', () => {
    it('put up to three of one’s own posts on top of the profile', async () => {
      const ids = [await write(), await write(), await write(), await write()];
      for (const postId of ids.slice(0, 3)) await world.posts.pin(ann.actor, { postId });
      expect(await world.posts.pin(ann.actor, { postId: ids[0] ?? '' })).toEqual({ changed: false });
      await expect(world.posts.pin(ann.actor, { postId: ids[3] ?? '' })).rejects.toEqual(
        code('post.too_many_pins'),
      );
      await expect(world.posts.pin(bob.actor, { postId: ids[3] ?? '' })).rejects.toEqual(
        code('post.not_yours'),
      );
      await world.posts.unpin(ann.actor, { postId: ids[1] ?? '' });
      await world.posts.pin(ann.actor, { postId: ids[3] ?? '' });
      const shown = async (viewer: Person) =>
        (await world.posts.pinned(viewer.actor, { userId: ann.id })).items.map(({ id }) => id);
      expect(await shown(bob)).toEqual([ids[3], ids[2], ids[0]]);
      await world.posts.setVisibility(ann.actor, { postId: ids[2] ?? '', visibility: 'private' });
      expect(await shown(bob)).toEqual([ids[3], ids[0]]);
      expect(await shown(ann)).toHaveLength(3);
    });
  });

  it('reads a page as text that parses to its items', async () => {
    await world.posts.bookmark(bob.actor, { postId: await write({ text: 'tab\t"quote" é 🐢' }) });
    const page = await world.posts.bookmarks(bob.actor, {});
    const text = jsonTextOf(page) ?? '';
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(page)));
    expect(jsonTextOf({})).toBeUndefined();
    expect(page.items[0]?.text).toBe('tab\t"quote" é 🐢');
  });
});
