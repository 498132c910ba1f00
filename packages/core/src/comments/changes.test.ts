import { beforeEach, describe, expect, it } from 'vitest';
import type { Id } from '../kernel/ids.js';
import { createThreadWorld, type Person, type ThreadWorld } from './sample-world.js';

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('changing a comment', () => {
  let world: ThreadWorld;
  let author: Person;
  let reader: Person;
  let other: Person;
  let postId: Id;
  let commentId: Id;
  beforeEach(async () => {
    world = createThreadWorld();
    author = await world.account();
    reader = await world.account();
    other = await world.account();
    postId = await world.post(author);
    commentId = (await world.comments.create(reader.actor, { postId, text: 'first' })).id;
    world.told();
  });

  it('lets its author edit it and counts the revisions', async () => {
    world.clock.advance(1000);
    const edited = await world.comments.edit(reader.actor, { commentId, text: 'second' });
    expect(edited).toMatchObject({ text: 'second', revision: 2, editedAt: world.clock.now() });
    expect(world.events).toMatchObject([{ type: 'comment.edited', payload: { commentId, revision: 2 } }]);
    const same = await world.comments.edit(reader.actor, { commentId, text: 'second' });
    expect(same.revision).toBe(2);
    for (const person of [author, other])
      await expect(world.comments.edit(person.actor, { commentId, text: 'z' })).rejects.toThrow(
        code('comment.not_yours'),
      );
  });

  it('lets its author and the author of the post delete it, once, and nobody else', async () => {
    await expect(world.comments.delete(other.actor, { commentId })).rejects.toThrow(
      code('comment.not_yours'),
    );
    await expect(world.comments.delete(other.actor, { commentId: '5' })).rejects.toThrow(
      code('comment.not_found'),
    );
    expect(await world.comments.delete(author.actor, { commentId })).toEqual({ deleted: true });
    expect(world.events).toMatchObject([
      { type: 'comment.deleted', payload: { commentId, postId, authorId: reader.id } },
    ]);
    expect(await world.comments.delete(author.actor, { commentId })).toEqual({ deleted: false });
    expect(await world.comments.delete(reader.actor, { commentId })).toEqual({ deleted: false });
    await expect(world.comments.delete(other.actor, { commentId })).rejects.toThrow(
      code('comment.not_found'),
    );
    await expect(world.comments.get(reader.actor, { commentId })).rejects.toThrow(code('comment.not_found'));
    expect((await world.postCounts(postId))?.commentCount).toBe(0);

    const second = await world.comments.create(reader.actor, { postId, text: 'x' });
    expect(await world.comments.delete(reader.actor, { commentId: second.id })).toEqual({ deleted: true });
  });

  it('lets its author delete it also below a post he sees no longer', async () => {
    await world.changePost(postId, { visibility: 'private' });
    await expect(world.comments.get(reader.actor, { commentId })).rejects.toThrow(code('comment.not_found'));
    await expect(world.comments.edit(reader.actor, { commentId, text: 'x' })).rejects.toThrow(
      code('comment.not_found'),
    );
    expect(await world.comments.delete(reader.actor, { commentId })).toEqual({ deleted: true });
  });

  it('keeps the place of a deleted comment while replies hang under it, without text and author', async () => {
    const reply = await world.comments.create(author.actor, { postId, parentId: commentId, text: 'y' });
    const deeper = await world.comments.create(reader.actor, { postId, parentId: reply.id, text: 'z' });
    await world.comments.delete(reader.actor, { commentId });
    await world.comments.delete(author.actor, { commentId: reply.id });
    const { items } = await world.comments.list(other.actor, { postId, depth: 2 });
    const stub = { status: 'unavailable', author: null, text: null, entities: [], label: null };
    expect(items).toMatchObject([
      {
        ...stub,
        id: commentId,
        replies: { items: [{ ...stub, id: reply.id, replies: { items: [{ id: deeper.id, text: 'z' }] } }] },
      },
    ]);
    expect((await world.postCounts(postId))?.commentCount).toBe(1);

    await world.comments.delete(reader.actor, { commentId: deeper.id });
    expect((await world.comments.list(other.actor, { postId, depth: 2 })).items).toEqual([]);
    expect(await world.drift('comment')).toEqual([]);
    expect(await world.drift('post')).toEqual([]);
  });

  it('lets the author of the post hide and show it: order, not secrecy', async () => {
    await expect(world.comments.hide(reader.actor, { commentId })).rejects.toThrow(
      code('comment.not_your_post'),
    );
    expect(await world.comments.hide(author.actor, { commentId })).toEqual({ changed: true });
    expect(await world.comments.hide(author.actor, { commentId })).toEqual({ changed: false });
    const listed = async (person: Person, hidden = false) =>
      (await world.comments.list(person.actor, { postId, hidden })).items.map((item) => item.hidden);
    expect(await listed(other)).toEqual([]);
    expect(await listed(other, true)).toEqual([true]);
    expect(await listed(author)).toEqual([true]);
    expect(await listed(reader)).toEqual([true]);
    expect((await world.comments.get(other.actor, { commentId })).hidden).toBe(true);
    expect((await world.postCounts(postId))?.commentCount).toBe(1);
    expect(await world.comments.unhide(author.actor, { commentId })).toEqual({ changed: true });
    expect(await listed(other)).toEqual([false]);
    expect(world.told()).toEqual(['comment.hidden', 'comment.unhidden']);
  });

  it('lets the author of the post pin one top-level comment', async () => {
    const second = await world.comments.create(other.actor, { postId, text: 'x' });
    const reply = await world.comments.create(other.actor, { postId, parentId: second.id, text: 'x' });
    world.told();
    await expect(world.comments.pin(reader.actor, { commentId })).rejects.toThrow(
      code('comment.not_your_post'),
    );
    await expect(world.comments.pin(author.actor, { commentId: reply.id })).rejects.toThrow(
      code('comment.not_pinnable'),
    );
    await world.comments.pin(author.actor, { commentId });
    await world.comments.pin(author.actor, { commentId: second.id });
    const page = await world.comments.list(reader.actor, { postId, limit: 1 });
    expect(page.pinned).toMatchObject({ id: second.id, pinned: true, text: 'x' });
    const more = await world.comments.list(reader.actor, { postId, limit: 1, cursor: page.nextCursor ?? '' });
    expect([more.pinned, more.items[0]?.pinned]).toEqual([null, false]);
    expect(await world.comments.unpin(author.actor, { commentId })).toEqual({ changed: false });
    await world.comments.delete(other.actor, { commentId: second.id });
    expect((await world.comments.list(reader.actor, { postId })).pinned).toBeNull();
    expect(world.told()).toEqual(['comment.pinned', 'comment.pinned', 'comment.deleted']);
  });

  it('lets staff take it down and put it back, on lower ranks and not their own, with a log', async () => {
    const staff = await world.moderator();
    const colleague = await world.moderator();
    await expect(world.comments.flag(reader.actor, { commentId, reason: 'x' })).rejects.toThrow(
      code('actor.missing_permission'),
    );
    await expect(
      world.comments.flag(staff.actor, { commentId, reason: 'abuse', revision: 2 }),
    ).rejects.toThrow(code('comment.stale_revision'));
    expect(await world.comments.flag(staff.actor, { commentId, reason: 'abuse', revision: 1 })).toEqual({
      changed: true,
    });
    expect((await world.comments.list(other.actor, { postId })).items).toEqual([]);
    expect((await world.comments.list(reader.actor, { postId })).items).toMatchObject([
      { status: 'flagged' },
    ]);
    await expect(world.comments.edit(reader.actor, { commentId, text: 'x' })).rejects.toThrow(
      code('comment.not_editable'),
    );
    expect((await world.postCounts(postId))?.commentCount).toBe(0);
    await expect(world.comments.release(staff.actor, { commentId, reason: 'x' })).rejects.toThrow(
      code('comment.illegal_move'),
    );
    expect(await world.comments.restore(staff.actor, { commentId, reason: 'appeal' })).toEqual({
      changed: true,
    });
    expect((await world.comments.restore(staff.actor, { commentId, reason: 'appeal' })).changed).toBe(false);
    expect(world.told()).toEqual(['comment.flagged', 'comment.restored']);
    expect((await world.comments.list(other.actor, { postId })).items).toHaveLength(1);
    const log = await world.readers.audit.bySubject({ kind: 'comment', id: commentId }, { limit: 10 });
    expect(log.map(({ action, actorId }) => [action, actorId])).toEqual([
      ['comments.restore', staff.id],
      ['comments.flag', staff.id],
    ]);

    for (const writer of [staff, colleague]) {
      const theirs = await world.comments.create(writer.actor, { postId, text: 'x' });
      await expect(world.comments.flag(staff.actor, { commentId: theirs.id, reason: 'x' })).rejects.toThrow(
        code('account.outranked'),
      );
    }
    await world.comments.delete(reader.actor, { commentId });
    await expect(world.comments.flag(staff.actor, { commentId, reason: 'x' })).rejects.toThrow(
      code('comment.not_found'),
    );
  });
});
