import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createPostWorld, type Person, type PostWorld } from './sample-world.js';

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('review of posts', () => {
  let world: PostWorld;
  let ann: Person;
  let bob: Person;
  let staff: Person;
  beforeEach(async () => {
    world = createPostWorld();
    [ann, bob, staff] = [await world.account(), await world.account(), await world.moderator()];
  });
  afterEach(async () => {
    expect(await world.drift()).toEqual([]);
    await world.close();
  });
  const write = (input: object = {}) => world.posts.create(ann.actor, { text: 'post #tag', ...input });
  const hidden = (postId: string) =>
    expect(world.posts.get(bob.actor, { postId })).rejects.toEqual(code('post.not_found'));

  describe('the content gate', () => {
    it('sees everything the author wrote', async () => {
      await write({
        text: 'see a.com',
        contentWarning: 'links',
        media: [{ ref: 'm', type: 'image', alt: 'a cat' }],
        poll: { options: ['yes', 'no'] },
      });
      await write({ text: 'x', link: { url: 'https://b.com' } });
      expect(world.reviewed).toEqual([
        {
          surface: 'post',
          texts: { text: 'see a.com', contentWarning: 'links', 'poll.0': 'yes', 'poll.1': 'no' },
          media: [{ ref: 'm', alt: 'a cat' }],
          links: ['https://a.com/'],
          authorId: ann.id,
        },
        { surface: 'post', texts: { text: 'x' }, media: [], links: ['https://b.com/'], authorId: ann.id },
      ]);
    });

    it('can reject: nothing is written and the author hears why', async () => {
      world.gateSays({ decision: 'reject', reasons: ['spam'] });
      await expect(write()).rejects.toMatchObject({
        code: 'content.rejected',
        category: 'forbidden',
        fields: [{ path: '', message: 'spam' }],
      });
      expect(world.told()).toEqual([]);
    });

    it('refuses when it fails', async () => {
      world.duringReview(async () => {
        throw new Error('model down');
      });
      await expect(write()).rejects.toEqual(code('content.gate_unavailable'));
    });

    it('can blur: the post is out, behind a label that an accepted edit clears', async () => {
      world.gateSays({ decision: 'blur', label: 'graphic' });
      const { id: postId } = await write();
      expect(await world.posts.get(bob.actor, { postId })).toMatchObject({
        status: 'published',
        label: 'graphic',
      });
      world.gateSays({ decision: 'allow' });
      expect(await world.posts.edit(ann.actor, { postId, text: 'mild' })).toMatchObject({ label: null });
    });

    it('can hold: nobody but the author sees it until staff let it through, under the same id', async () => {
      world.gateSays({ decision: 'hold', reasons: ['unsure'] });
      const { id: postId, status } = await write({ poll: { options: ['a', 'b'], durationMs: 3_600_000 } });
      expect(status).toBe('under_review');
      expect(world.told()).toEqual(['post.created', 'post.held']);
      await hidden(postId);
      expect(await world.tagged('tag')).toBe(0);
      await expect(world.posts.pin(ann.actor, { postId })).rejects.toEqual(code('post.not_live'));
      world.clock.advance(7_200_000);
      expect(await world.posts.release(staff.actor, { postId, revision: 1 })).toEqual({
        postId,
        changed: true,
      });
      expect(world.told()).toEqual(['post.released', 'post.published']);
      expect(await world.posts.get(bob.actor, { postId })).toMatchObject({
        publishedAt: world.clock.now(),
        poll: { expiresAt: world.clock.now() + 3_600_000 },
      });
      expect(await world.tagged('tag')).toBe(1);
    });

    it('holds a draft when it is published, not before', async () => {
      world.gateSays({ decision: 'hold', reasons: ['unsure'] });
      const draft = await write({ draft: true });
      const held = await world.posts.publish(ann.actor, { postId: draft.id });
      expect(held).toMatchObject({ status: 'under_review', publishedAt: null });
      await world.posts.release(staff.actor, { postId: held.id, revision: held.revision });
      expect(await world.posts.get(bob.actor, { postId: draft.id })).toMatchObject({ id: held.id });
    });

    it('can hold an edit: the post leaves the public until it is released, and comes back unchanged in place', async () => {
      const { id: postId } = await write();
      world.gateSays({ decision: 'hold', reasons: ['worse'] });
      const edited = await world.posts.edit(ann.actor, { postId, text: 'edited #tag' });
      expect(edited).toMatchObject({ status: 'under_review', revision: 2 });
      await hidden(postId);
      expect(await world.tagged('tag')).toBe(0);
      world.gateSays({ decision: 'allow' });
      await world.posts.edit(ann.actor, { postId, text: 'tamed #tag' });
      await hidden(postId);
      world.told();
      await expect(world.posts.release(staff.actor, { postId, revision: 2 })).rejects.toEqual(
        code('post.stale_revision'),
      );
      await world.posts.release(staff.actor, { postId, revision: 3 });
      expect(world.told()).toEqual(['post.released']);
      expect((await world.posts.history(bob.actor, { postId })).items.map(({ text }) => text)).toEqual([
        'tamed #tag',
        'post #tag',
      ]);
    });
  });

  describe('staff', () => {
    it('take posts down and put them back, with a row in the staff log for each', async () => {
      const { id: postId } = await write();
      expect(await world.posts.flag(staff.actor, { postId, reason: 'spam' })).toEqual({
        postId,
        changed: true,
      });
      expect(await world.posts.flag(staff.actor, { postId, reason: 'spam' })).toEqual({
        postId,
        changed: false,
      });
      await hidden(postId);
      expect(await world.tagged('tag')).toBe(0);
      expect(await world.posts.get(ann.actor, { postId })).toMatchObject({
        status: 'flagged',
        viewer: { canEdit: false },
      });
      await expect(world.posts.release(staff.actor, { postId, revision: 2 })).rejects.toEqual(
        code('post.illegal_move'),
      );
      expect(await world.posts.restore(staff.actor, { postId, revision: 2 })).toEqual({
        postId,
        changed: true,
      });
      expect(await world.posts.get(bob.actor, { postId })).toMatchObject({ status: 'published' });
      expect(world.told()).toEqual(['post.created', 'post.published', 'post.flagged', 'post.restored']);
      const log = await world.readers.audit.bySubject({ kind: 'post', id: postId }, { limit: 10 });
      expect(log.map(({ action, actorId }) => [action, actorId])).toEqual([
        ['posts.restore', staff.id],
        ['posts.flag', staff.id],
      ]);
    });

    it('publish for the first time what was taken down before anybody saw it', async () => {
      world.gateSays({ decision: 'hold', reasons: [] });
      const { id: postId } = await write();
      await world.posts.flag(staff.actor, { postId, reason: 'spam' });
      world.told();
      await world.posts.restore(staff.actor, { postId, revision: 2 });
      expect(world.told()).toEqual(['post.restored', 'post.published']);
    });

    it('need the permission, a higher rank, and a post that is there', async () => {
      const { id: postId } = await write();
      const flag = (actor: Person['actor'], id = postId) =>
        world.posts.flag(actor, { postId: id, reason: 'x' });
      await expect(flag(bob.actor)).rejects.toEqual(code('actor.missing_permission'));
      await expect(flag(world.nobody)).rejects.toEqual(code('actor.unauthenticated'));
      await expect(flag(staff.actor, '5')).rejects.toEqual(code('post.not_found'));
      const own = await world.posts.create(staff.actor, { text: 'mine' });
      await expect(flag(staff.actor, own.id)).rejects.toEqual(code('account.outranked'));
      const admin = await world.moderator('admin');
      const theirs = await world.posts.create(admin.actor, { text: 'ours' });
      await expect(flag(staff.actor, theirs.id)).rejects.toEqual(code('account.outranked'));
      expect(await flag(admin.actor, own.id)).toMatchObject({ changed: true });
      expect(await flag(world.system, theirs.id)).toMatchObject({ changed: true });
      await world.change(staff, { role: 'user' });
      await expect(flag(staff.actor)).rejects.toEqual(code('account.outranked'));
    });

    it('find nothing to decide about what its author deleted', async () => {
      const { id: postId } = await write();
      await world.posts.delete(ann.actor, { postId });
      await expect(world.posts.flag(staff.actor, { postId, reason: 'x' })).rejects.toEqual(
        code('post.not_found'),
      );
    });
  });
});
