import { beforeEach, describe, expect, it } from 'vitest';
import type { Id } from '../kernel/ids.js';
import { createThreadWorld, type Person, type ThreadWorld } from './sample-world.js';

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('what the content gate says', () => {
  let world: ThreadWorld;
  let author: Person;
  let reader: Person;
  let postId: Id;
  beforeEach(async () => {
    world = createThreadWorld();
    author = await world.account();
    reader = await world.account();
    postId = await world.post(author);
  });

  it('blurs behind a label', async () => {
    world.gateSays({ decision: 'blur', label: 'graphic' });
    expect(await world.comments.create(reader.actor, { postId, text: 'x' })).toMatchObject({
      status: 'published',
      label: 'graphic',
    });
  });

  it('rejects without writing anything', async () => {
    world.gateSays({ decision: 'reject', reasons: ['no'] });
    await expect(world.comments.create(reader.actor, { postId, text: 'x' })).rejects.toThrow(
      code('content.rejected'),
    );
    expect(world.events).toEqual([]);
    expect((await world.comments.list(reader.actor, { postId })).items).toEqual([]);
  });

  it('holds for review: its author sees it, nobody else does, and it is not counted', async () => {
    world.gateSays({ decision: 'hold', reasons: ['spam'] });
    const held = await world.comments.create(reader.actor, { postId, text: 'x' });
    expect(held.status).toBe('under_review');
    expect(world.told()).toEqual(['comment.created', 'comment.held']);
    expect((await world.postCounts(postId))?.commentCount).toBe(0);
    const seen = async (person: Person) => (await world.comments.list(person.actor, { postId })).items.length;
    expect([await seen(reader), await seen(author)]).toEqual([1, 0]);
    await expect(world.comments.get(author.actor, { commentId: held.id })).rejects.toThrow(
      code('comment.not_found'),
    );

    const staff = await world.moderator();
    expect(await world.comments.release(staff.actor, { commentId: held.id, reason: 'fine' })).toEqual({
      changed: true,
    });
    expect(world.told()).toEqual(['comment.released', 'comment.published']);
    expect(await seen(author)).toBe(1);
    expect((await world.postCounts(postId))?.commentCount).toBe(1);
    expect(await world.comments.release(staff.actor, { commentId: held.id, reason: 'fine' })).toEqual({
      changed: false,
    });
  });

  it('holds a published comment whose edit it wants to be looked at, with what hangs under it in place', async () => {
    const comment = await world.comments.create(reader.actor, { postId, text: 'x' });
    const reply = await world.comments.create(author.actor, { postId, parentId: comment.id, text: 'y' });
    world.told();
    world.gateSays({ decision: 'hold', reasons: ['spam'] });
    const held = await world.comments.edit(reader.actor, { commentId: comment.id, text: 'buy' });
    expect(held).toMatchObject({ status: 'under_review', text: 'buy', revision: 2 });
    expect(world.told()).toEqual(['comment.edited', 'comment.held']);
    expect((await world.postCounts(postId))?.commentCount).toBe(1);
    expect((await world.comments.list(author.actor, { postId })).items).toMatchObject([
      {
        id: comment.id,
        status: 'unavailable',
        author: null,
        text: null,
        replies: { items: [{ id: reply.id }] },
      },
    ]);
    world.gateSays({ decision: 'allow' });
    expect((await world.comments.edit(reader.actor, { commentId: comment.id, text: 'sorry' })).status).toBe(
      'under_review',
    );
    const staff = await world.moderator();
    await world.comments.release(staff.actor, { commentId: comment.id, reason: 'fine' });
    expect(world.told()).toEqual(['comment.edited', 'comment.released']);
    expect((await world.postCounts(postId))?.commentCount).toBe(2);
    expect(await world.drift('post')).toEqual([]);
    expect(await world.drift('comment')).toEqual([]);
  });
});
