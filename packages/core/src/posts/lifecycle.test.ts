import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPostWorld, type Person, type PostWorld } from './sample-world.js';
import { SCHEDULED_QUEUE } from './schedule-job.js';
import { nextStatus, POST_MOVES, POST_STATES } from './status.js';

const HOUR_MS = 60 * 60_000;
const code = (expected: string) => expect.objectContaining({ code: expected });

describe('the lifecycle of a post', () => {
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

  describe('the status machine', () => {
    it('refuses every move that is not in the table', () => {
      for (const [from, moves] of Object.entries(POST_STATES))
        for (const move of POST_MOVES) {
          const to = moves[move];
          const go = () => nextStatus(from as keyof typeof POST_STATES, move);
          if (to === undefined) expect(go).toThrow(code('post.illegal_move'));
          else expect(go()).toBe(to);
        }
    });

    it('has no way out of deleted and no way back to a draft once published', () => {
      expect(POST_STATES.deleted).toEqual({});
      for (const state of ['published', 'under_review', 'flagged'] as const)
        expect(Object.values(POST_STATES[state])).not.toContain('draft');
    });
  });

  describe('publishing at once', () => {
    it('shows the post to others and tells of it once', async () => {
      const post = await world.posts.create(ann.actor, { text: 'hello #World', language: 'EN-us' });
      expect(post).toMatchObject({
        status: 'published',
        type: 'text',
        visibility: 'public',
        revision: 1,
        language: 'en-US',
        publishedAt: world.clock.now(),
        author: { id: ann.id },
        counts: { comments: 0, reactions: 0, byKind: {}, reposts: 0, quotes: 0, bookmarks: 0 },
        viewer: { canEdit: true, canShare: true, canComment: true, reacted: [] },
      });
      expect(world.told()).toEqual(['post.created', 'post.published']);
      expect((await world.posts.get(bob.actor, { postId: post.id })).viewer.canEdit).toBe(false);
      expect((await world.posts.get(world.nobody, { postId: post.id })).text).toBe('hello #World');
      expect(await world.tagged('world')).toBe(1);
      const account = (await world.readers.accounts.byIds([ann.id])).get(ann.id);
      expect(account).toMatchObject({ postCount: 1, lastPostId: post.id });
    });

    it.each([
      [{ text: 'x' }, 'text'],
      [{ media: [{ ref: 'a', type: 'image' as const }] }, 'image'],
      [
        {
          media: [
            { ref: 'a', type: 'video' as const, alt: 'a cat' },
            { ref: 'b', type: 'image' as const },
          ],
        },
        'video',
      ],
      [{ link: { url: 'https://example.com' } }, 'link'],
      [{ text: '?', poll: { options: ['a', 'b'] } }, 'poll'],
    ] as const)('names the type after what it carries: %#', async (input, type) => {
      expect(await world.posts.create(ann.actor, { ...input })).toMatchObject({ type });
      expect(await world.posts.create(ann.actor, { ...input, type })).toMatchObject({ type });
      const other = type === 'text' ? 'poll' : 'text';
      await expect(world.posts.create(ann.actor, { ...input, type: other })).rejects.toEqual(
        code('post.wrong_type'),
      );
    });

    it('refuses what says nothing, what does not go together, and too much of everything', async () => {
      const refused = (input: object, expected: string) =>
        expect(world.posts.create(ann.actor, input as never)).rejects.toEqual(code(expected));
      await refused({}, 'post.empty');
      await refused({ text: ' \n ' }, 'post.empty');
      await refused(
        { link: { url: 'https://a.com' }, media: [{ ref: 'a', type: 'image' }] },
        'post.mixed_content',
      );
      await refused({ text: 'x'.repeat(5001) }, 'input.invalid');
      await refused({ text: 'x\ud800' }, 'input.invalid');
      await refused(
        { media: Array.from({ length: 11 }, () => ({ ref: 'a', type: 'image' })) },
        'input.invalid',
      );
      await refused({ media: [{ ref: 'javascript:alert(1)', type: 'image' }] }, 'input.invalid');
      await refused({ link: { url: 'javascript:alert(1)' } }, 'input.invalid');
      await refused({ link: { url: 'https://a.com@b.com/' } }, 'input.invalid');
      await refused({ text: '?', poll: { options: ['a'] } }, 'input.invalid');
      await refused({ text: '?', poll: { options: ['a', 'a'] } }, 'input.invalid');
      await refused({ text: '?', poll: { options: 'abcdefg'.split('') } }, 'input.invalid');
      await refused({ text: 'x', language: 'not a language' }, 'input.invalid');
      await refused({ text: 'x', expiresAt: world.clock.now() }, 'post.expires_at_invalid');
      await refused({ text: 'x', draft: true, publishAt: world.clock.now() + 1 }, 'post.draft_or_scheduled');
      await refused({ text: 'x', publishAt: world.clock.now() }, 'post.publish_at_invalid');
      await refused({ text: 'x', authorId: bob.id }, 'input.invalid');
      expect(world.told()).toEqual([]);
      expect(await world.posts.create(ann.actor, { text: 'x'.repeat(5000) })).toMatchObject({ type: 'text' });
    });

    it('needs a session and an active account', async () => {
      await expect(world.posts.create(world.nobody, { text: 'x' })).rejects.toEqual(
        code('actor.unauthenticated'),
      );
      await world.change(ann, { state: 'suspended' });
      await expect(world.posts.create(ann.actor, { text: 'x' })).rejects.toEqual(code('account.inactive'));
      await world.change(ann, { state: 'limited' });
      expect(await world.posts.create(ann.actor, { text: 'x' })).toMatchObject({ status: 'published' });
    });

    it('replays the first result for a repeated idempotency key and refuses the key for another payload', async () => {
      const first = await world.posts.create(ann.actor, { text: 'x', idempotencyKey: 'k' });
      const again = await world.posts.create(ann.actor, { text: 'x', idempotencyKey: 'k' });
      expect(again.id).toBe(first.id);
      expect(world.told()).toEqual(['post.created', 'post.published']);
      await expect(world.posts.create(ann.actor, { text: 'y', idempotencyKey: 'k' })).rejects.toEqual(
        code('idempotency.mismatch'),
      );
      expect((await world.posts.create(bob.actor, { text: 'y', idempotencyKey: 'k' })).id).not.toBe(first.id);
    });

    it('lets a hook of the host veto or change it', async () => {
      const remove = world.hooks.before('posts.create', (_actor, input) => ({
        ...(input as object),
        text: 'changed',
      }));
      expect((await world.posts.create(ann.actor, { text: 'x' })).text).toBe('changed');
      remove();
    });

    it('is gone for others when it expires, and stays its author’s', async () => {
      const { id: postId } = await world.posts.create(ann.actor, {
        text: 'soon gone',
        expiresAt: world.clock.now() + HOUR_MS,
      });
      expect(await world.posts.get(bob.actor, { postId })).toMatchObject({ text: 'soon gone' });
      world.clock.advance(HOUR_MS);
      await expect(world.posts.get(bob.actor, { postId })).rejects.toEqual(code('post.not_found'));
      expect(await world.posts.get(ann.actor, { postId })).toMatchObject({ text: 'soon gone' });
    });
  });

  describe('drafts', () => {
    it('are seen by their author alone, listed newest first, and counted nowhere', async () => {
      const one = await world.posts.create(ann.actor, { text: 'one #tag', draft: true });
      const two = await world.posts.create(ann.actor, { text: 'two', draft: true });
      await expect(world.posts.get(bob.actor, { postId: one.id })).rejects.toEqual(code('post.not_found'));
      expect((await world.posts.drafts(ann.actor, {})).items.map(({ id }) => id)).toEqual([two.id, one.id]);
      expect((await world.posts.drafts(bob.actor, {})).items).toEqual([]);
      expect(world.told()).toEqual(['post.created', 'post.created']);
      expect(world.reviewed).toEqual([]);
      expect(await world.tagged('tag')).toBe(0);
    });

    it('get a new id when they are published, and are found under the old one too', async () => {
      const draft = await world.posts.create(ann.actor, { text: 'hi #tag', draft: true });
      world.clock.advance(HOUR_MS);
      const edited = await world.posts.edit(ann.actor, { postId: draft.id, text: 'hello #tag' });
      expect(edited).toMatchObject({ id: draft.id, revision: 2, editedAt: null, status: 'draft' });
      world.told();
      const post = await world.posts.publish(ann.actor, { postId: draft.id });
      expect(post).toMatchObject({ status: 'published', text: 'hello #tag', publishedAt: world.clock.now() });
      expect(BigInt(post.id)).toBeGreaterThan(BigInt(draft.id));
      expect(world.told()).toEqual(['post.published']);
      for (const postId of [draft.id, post.id])
        expect((await world.posts.get(bob.actor, { postId })).id).toBe(post.id);
      expect(
        (await world.posts.getMany(bob.actor, { ids: [draft.id, '5'] })).items.map(({ id }) => id),
      ).toEqual([post.id]);
      expect((await world.posts.drafts(ann.actor, {})).items).toEqual([]);
      expect((await world.posts.history(bob.actor, { postId: draft.id })).items).toHaveLength(1);
      await expect(world.posts.publish(ann.actor, { postId: draft.id })).rejects.toEqual(
        code('post.illegal_move'),
      );
    });

    it('are published by their author alone', async () => {
      const { id: postId } = await world.posts.create(ann.actor, { text: 'x', draft: true });
      await expect(world.posts.publish(bob.actor, { postId })).rejects.toEqual(code('post.not_found'));
      const { id } = await world.posts.publish(ann.actor, { postId });
      await expect(world.posts.publish(bob.actor, { postId: id })).rejects.toEqual(code('post.not_yours'));
    });

    it('are limited in number', async () => {
      for (let n = 0; n < 500; n++) await world.posts.create(ann.actor, { text: 'x', draft: true });
      await expect(world.posts.create(ann.actor, { text: 'x', draft: true })).rejects.toEqual(
        code('post.too_many_drafts'),
      );
      expect(await world.posts.create(ann.actor, { text: 'x' })).toMatchObject({ status: 'published' });
    });
  });

  describe('scheduled posts', () => {
    const schedule = () =>
      world.posts.create(ann.actor, { text: 'later', publishAt: world.clock.now() + HOUR_MS });

    it('are published when their time comes', async () => {
      const { id: postId, scheduledAt } = await schedule();
      expect(scheduledAt).toBe(world.clock.now() + HOUR_MS);
      await world.work();
      await expect(world.posts.get(bob.actor, { postId })).rejects.toEqual(code('post.not_found'));
      world.clock.advance(HOUR_MS);
      world.told();
      await world.work();
      expect(world.told()).toEqual(['post.published']);
      expect(await world.posts.get(bob.actor, { postId })).toMatchObject({
        status: 'published',
        scheduledAt: null,
        publishedAt: world.clock.now(),
      });
    });

    it('wait for the new time when they are moved, and for ever when they are made drafts again', async () => {
      const { id: postId } = await schedule();
      await world.posts.schedule(ann.actor, { postId, publishAt: world.clock.now() + 2 * HOUR_MS });
      world.clock.advance(HOUR_MS);
      await world.work();
      expect(await world.posts.get(ann.actor, { postId })).toMatchObject({ status: 'scheduled' });
      expect(await world.posts.unschedule(ann.actor, { postId })).toMatchObject({
        status: 'draft',
        scheduledAt: null,
      });
      world.clock.advance(2 * HOUR_MS);
      await world.work();
      expect(await world.posts.get(ann.actor, { postId })).toMatchObject({ status: 'draft' });
      await expect(world.posts.unschedule(ann.actor, { postId })).rejects.toEqual(code('post.illegal_move'));
    });

    it('can be published earlier and deleted; what is left of their job does nothing', async () => {
      const [early, gone] = [await schedule(), await schedule()];
      await world.posts.publish(ann.actor, { postId: early.id });
      await world.posts.delete(ann.actor, { postId: gone.id });
      await world.unitOfWork.transact(async ({ jobs }) => {
        await jobs.enqueue(SCHEDULED_QUEUE, { postId: early.id, at: early.scheduledAt });
      });
      world.told();
      world.clock.advance(HOUR_MS);
      await world.work();
      expect(world.told()).toEqual([]);
    });

    it('become drafts again, with the reason, when they may not be published any more', async () => {
      const { id: postId } = await schedule();
      world.clock.advance(HOUR_MS);
      world.gateSays({ decision: 'reject', reasons: ['spam'] });
      await world.work();
      expect(await world.posts.get(ann.actor, { postId })).toMatchObject({
        status: 'draft',
        scheduledAt: null,
      });
      expect(world.last('post.schedule_failed')?.payload).toMatchObject({ postId, code: 'content.rejected' });

      world.gateSays({ decision: 'allow' });
      const other = await schedule();
      await world.change(ann, { state: 'suspended' });
      world.clock.advance(HOUR_MS);
      await world.work();
      expect(world.last('post.schedule_failed')?.payload).toMatchObject({ code: 'account.inactive' });
      expect((await world.readers.posts.find(other.id))?.status).toBe('draft');
    });

    it('are reviewed when they are scheduled and again when they are published', async () => {
      await schedule();
      world.clock.advance(HOUR_MS);
      await world.work();
      expect(world.reviewed).toHaveLength(2);
    });
  });

  describe('deleting', () => {
    it('takes the text, the history and the counts away at once, and can be repeated', async () => {
      const { id: postId } = await world.posts.create(ann.actor, { text: 'secret #tag @user2' });
      await world.posts.edit(ann.actor, { postId, text: 'other secret #tag' });
      await world.posts.pin(ann.actor, { postId });
      await expect(world.posts.delete(bob.actor, { postId })).rejects.toEqual(code('post.not_yours'));
      expect(await world.posts.delete(ann.actor, { postId })).toEqual({ changed: true });
      expect(await world.posts.delete(ann.actor, { postId })).toEqual({ changed: false });
      await expect(world.posts.get(ann.actor, { postId })).rejects.toEqual(code('post.not_found'));
      await expect(world.posts.history(ann.actor, { postId })).rejects.toEqual(code('post.not_found'));
      expect(await world.readers.posts.find(postId)).toMatchObject({
        status: 'deleted',
        text: '',
        entities: [],
      });
      expect(await world.readers.posts.revisions(postId, { after: null, limit: 10 })).toEqual([]);
      expect(await world.readers.pins.list(ann.id)).toEqual([]);
      expect(await world.tagged('tag')).toBe(0);
      expect((await world.readers.accounts.byIds([ann.id])).get(ann.id)).toMatchObject({
        postCount: 0,
        lastPostId: null,
      });
    });

    it('looks like nothing to those who cannot see the post', async () => {
      const { id: postId } = await world.posts.create(ann.actor, { text: 'x', visibility: 'private' });
      for (const attempt of [
        world.posts.delete(bob.actor, { postId }),
        world.posts.edit(bob.actor, { postId, text: 'y' }),
        world.posts.setVisibility(bob.actor, { postId, visibility: 'public' }),
        world.posts.pin(bob.actor, { postId }),
        world.posts.delete(bob.actor, { postId: '5' }),
      ])
        await expect(attempt).rejects.toEqual(code('post.not_found'));
    });
  });
});
