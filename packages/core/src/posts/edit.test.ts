import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPostWorld, type Person, type PostWorld } from './sample-world.js';

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('changing a post', () => {
  let world: PostWorld;
  let ann: Person;
  let bob: Person;
  beforeEach(async () => {
    world = createPostWorld();
    ann = await world.account();
    bob = await world.account();
  });
  afterEach(async () => {
    expect(await world.drift()).toEqual([]);
    await world.close();
  });
  const write = (input: object = {}) => world.posts.create(ann.actor, { text: 'first', ...input });

  describe('editing', () => {
    it('replaces what is given, keeps what is not, and clears what is null', async () => {
      const { id: postId } = await write({
        contentWarning: 'heights',
        language: 'en',
        media: [{ ref: 'm', type: 'image', alt: 'a tower' }],
      });
      world.clock.advance(1000);
      const edited = await world.posts.edit(ann.actor, { postId, text: 'second', contentWarning: null });
      expect(edited).toMatchObject({
        text: 'second',
        contentWarning: null,
        language: 'en',
        media: [{ ref: 'm', type: 'image', alt: 'a tower' }],
        editedAt: world.clock.now(),
        revision: 2,
      });
      expect(world.told()).toEqual(['post.created', 'post.published', 'post.edited']);
    });

    it('writes nothing when nothing changes', async () => {
      const { id: postId } = await write({ text: 'hi @user2 #tag' });
      world.told();
      expect(await world.posts.edit(ann.actor, { postId, text: 'hi @user2 #tag' })).toMatchObject({
        revision: 1,
        editedAt: null,
      });
      expect(await world.posts.edit(ann.actor, { postId })).toMatchObject({ revision: 1 });
      expect(world.told()).toEqual([]);
    });

    it('keeps the published versions for everybody who sees the post, newest first, in pages', async () => {
      const { id: postId } = await write({ visibility: 'followers' });
      const firstAt = world.clock.now();
      await world.follow(bob, ann);
      for (const text of ['second', 'third']) {
        world.clock.advance(1000);
        await world.posts.edit(ann.actor, { postId, text });
      }
      const history = await world.posts.history(bob.actor, { postId });
      expect(
        history.items.map(({ revision, text, writtenAt }) => [revision, text, writtenAt - firstAt]),
      ).toEqual([
        [3, 'third', 2000],
        [2, 'second', 1000],
        [1, 'first', 0],
      ]);
      const page = await world.posts.history(bob.actor, { postId, limit: 2 });
      expect(page.items).toHaveLength(2);
      const rest = await world.posts.history(bob.actor, { postId, limit: 2, cursor: page.nextCursor ?? '' });
      expect(rest).toMatchObject({ items: [{ text: 'first' }], nextCursor: null });
      const stranger = await world.account();
      await expect(world.posts.history(stranger.actor, { postId })).rejects.toEqual(code('post.not_found'));
    });

    it('moves hashtags along with the text', async () => {
      const { id: postId } = await write({ text: '#a #b' });
      await world.posts.edit(ann.actor, { postId, text: '#b #c' });
      expect([await world.tagged('a'), await world.tagged('b'), await world.tagged('c')]).toEqual([0, 1, 1]);
    });

    it('drops the ranges of the old text with the old text, and keeps them with it', async () => {
      const { id: postId } = await write({
        text: 'bold words',
        formatting: [{ type: 'bold', start: 0, end: 4 }],
      });
      const warned = await world.posts.edit(ann.actor, { postId, contentWarning: 'words' });
      expect(warned.entities).toEqual([{ type: 'bold', start: 0, end: 4 }]);
      expect((await world.posts.edit(ann.actor, { postId, text: 'plain words' })).entities).toEqual([]);
      await expect(
        world.posts.edit(ann.actor, { postId, formatting: [{ type: 'bold', start: 0, end: 40 }] }),
      ).rejects.toEqual(code('text.invalid_formatting'));
    });

    it('refuses a stale revision, and takes the current one', async () => {
      const { id: postId } = await write();
      await world.posts.edit(ann.actor, { postId, text: 'second', revision: 1 });
      await expect(world.posts.edit(ann.actor, { postId, text: 'third', revision: 1 })).rejects.toEqual(
        code('post.stale_revision'),
      );
      expect(await world.posts.edit(ann.actor, { postId, text: 'third', revision: 2 })).toMatchObject({
        revision: 3,
      });
    });

    it('asks the gate again about what somebody else’s edit left, instead of writing over it', async () => {
      const { id: postId } = await write();
      world.duringReview(() => world.posts.edit(ann.actor, { postId, contentWarning: 'meanwhile' }));
      const edited = await world.posts.edit(ann.actor, { postId, text: 'second' });
      expect(edited).toMatchObject({ text: 'second', contentWarning: 'meanwhile', revision: 3 });
      expect(world.reviewed.at(-1)?.texts).toEqual({ text: 'second', contentWarning: 'meanwhile' });
    });

    it('is for the author, and not for reposts, polls that run, and what was taken down', async () => {
      const { id: postId } = await write();
      await expect(world.posts.edit(bob.actor, { postId, text: 'x' })).rejects.toEqual(
        code('post.not_yours'),
      );
      const { repostId } = await world.posts.repost(bob.actor, { postId });
      await expect(world.posts.edit(bob.actor, { postId: repostId ?? '', text: 'x' })).rejects.toEqual(
        code('post.not_editable'),
      );
      const poll = await write({ poll: { options: ['a', 'b'] } });
      await expect(
        world.posts.edit(ann.actor, { postId: poll.id, poll: { options: ['c', 'd'] } }),
      ).rejects.toEqual(code('post.not_editable'));
      expect(await world.posts.edit(ann.actor, { postId: poll.id, text: 'better question' })).toMatchObject({
        type: 'poll',
        poll: { options: [{ text: 'a' }, { text: 'b' }] },
      });
      const staff = await world.moderator();
      await world.posts.flag(staff.actor, { postId, reason: 'spam' });
      await expect(world.posts.edit(ann.actor, { postId, text: 'x' })).rejects.toEqual(
        code('post.not_editable'),
      );
    });

    it('can give a draft another poll, or none', async () => {
      const { id: postId } = await write({ draft: true, poll: { options: ['a', 'b'] } });
      const edited = await world.posts.edit(ann.actor, { postId, poll: { options: ['c', 'd', 'e'] } });
      expect(edited.poll?.options.map(({ text }) => text)).toEqual(['c', 'd', 'e']);
      expect(await world.posts.edit(ann.actor, { postId, poll: null })).toMatchObject({
        type: 'text',
        poll: null,
      });
    });
  });

  describe('who it is for', () => {
    it('holds for the next read, by audience', async () => {
      const { id: postId } = await write();
      const friend = await world.account();
      await world.befriend(friend, ann);
      await world.follow(bob, ann);
      const seenBy = async () => {
        const seen = [];
        for (const [name, actor] of Object.entries({
          nobody: world.nobody,
          follower: bob.actor,
          friend: friend.actor,
          author: ann.actor,
        }))
          if ((await world.posts.getMany(actor, { ids: [postId] })).items.length > 0) seen.push(name);
        return seen.join(' ');
      };
      const to = (visibility: 'public' | 'followers' | 'friends' | 'private') =>
        world.posts.setVisibility(ann.actor, { postId, visibility });
      expect(await seenBy()).toBe('nobody follower friend author');
      expect(await to('followers')).toEqual({ postId, changed: true });
      expect(await to('followers')).toEqual({ postId, changed: false });
      expect(await seenBy()).toBe('follower author');
      await to('friends');
      expect(await seenBy()).toBe('friend author');
      await to('private');
      expect(await seenBy()).toBe('author');
      expect(world.last('post.visibility_changed')?.payload).toMatchObject({
        from: 'friends',
        to: 'private',
      });
    });

    it('lists hashtags of public posts only', async () => {
      const { id: postId } = await write({ text: '#tag' });
      await world.posts.setVisibility(ann.actor, { postId, visibility: 'followers' });
      expect(await world.tagged('tag')).toBe(0);
      await world.posts.setVisibility(ann.actor, { postId, visibility: 'public' });
      expect(await world.tagged('tag')).toBe(1);
    });

    it('empties what shares a narrowed or deleted post, but for whom the post is still for', async () => {
      const { id: postId } = await write();
      await world.follow(bob, ann);
      const carol = await world.account();
      const { repostId } = await world.posts.repost(bob.actor, { postId });
      const quote = await world.posts.create(bob.actor, { text: 'look', quoteOfId: postId });
      const look = async (person: Person) => ({
        repost: (await world.posts.getMany(person.actor, { ids: [repostId ?? ''] })).items[0]?.repostOf?.text,
        quote: (await world.posts.get(person.actor, { postId: quote.id })).quoteOf,
      });
      expect(await look(carol)).toMatchObject({ repost: 'first', quote: { id: postId, text: 'first' } });
      await world.posts.setVisibility(ann.actor, { postId, visibility: 'followers' });
      expect(await look(carol)).toEqual({ repost: undefined, quote: { unavailable: true } });
      expect(await look(bob)).toMatchObject({ repost: 'first', quote: { text: 'first' } });
      await world.posts.delete(ann.actor, { postId });
      expect(await look(bob)).toEqual({ repost: undefined, quote: { unavailable: true } });
      expect(await world.posts.undoRepost(bob.actor, { postId })).toEqual({ repostId: null, changed: true });
    });
  });

  it('says who may comment, changeable later', async () => {
    const { id: postId } = await write({ commentPolicy: 'nobody' });
    const canComment = async () => (await world.posts.get(bob.actor, { postId })).viewer.canComment;
    expect(await canComment()).toBe(false);
    await world.posts.setCommentPolicy(ann.actor, { postId, commentPolicy: 'followers' });
    expect(await canComment()).toBe(false);
    await world.follow(bob, ann);
    expect(await canComment()).toBe(true);
    await expect(
      world.posts.setCommentPolicy(bob.actor, { postId, commentPolicy: 'everyone' }),
    ).rejects.toEqual(code('post.not_yours'));
  });
});
