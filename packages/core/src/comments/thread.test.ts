import { beforeEach, describe, expect, it } from 'vitest';
import { anonymous } from '../kernel/actor.js';
import type { Id } from '../kernel/ids.js';
import { createThreadWorld, type Person, type ThreadWorld } from './sample-world.js';
import { type CommentView, MAX_LISTED_COMMENTS } from './types.js';

const code = (expected: string) => expect.objectContaining({ code: expected });
const idsOf = (items: readonly CommentView[] | undefined) => (items ?? []).map(({ id }) => id);

describe('reading a thread', () => {
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

  const write = async (person: Person, parentId?: Id): Promise<Id> =>
    (await world.comments.create(person.actor, { postId, text: 'x', ...(parentId ? { parentId } : {}) })).id;
  const walk = async (person: Person, input: { parentId?: Id; sort?: 'oldest' | 'top'; limit: number }) => {
    const seen: Id[] = [];
    let cursor: string | null | undefined;
    do {
      const page = await world.comments.list(person.actor, {
        postId,
        ...input,
        ...(cursor ? { cursor } : {}),
      });
      seen.push(...idsOf(page.items));
      cursor = page.nextCursor;
    } while (cursor);
    return seen;
  };

  it('gives an empty page for a post without comments, and nothing for one that is not seen', async () => {
    expect(await world.comments.list(anonymous, { postId })).toEqual({
      items: [],
      nextCursor: null,
      pinned: null,
    });
    await world.changePost(postId, { visibility: 'followers' });
    await expect(world.comments.list(anonymous, { postId })).rejects.toThrow(code('post.not_found'));
    await expect(world.comments.list(reader.actor, { postId })).rejects.toThrow(code('post.not_found'));
    await world.follow(reader, author);
    expect((await world.comments.list(reader.actor, { postId })).items).toEqual([]);
  });

  it('brings the first replies of each comment along, each level with a cursor of its own', async () => {
    const [a, b] = [await write(reader), await write(reader)];
    const replies: Id[] = [];
    for (let n = 0; n < 5; n++) replies.push(await write(author, a));
    const deep = await write(reader, replies[0]);
    const page = await world.comments.list(reader.actor, {
      postId,
      sort: 'oldest',
      depth: 2,
      repliesLimit: 2,
    });
    expect(idsOf(page.items)).toEqual([a, b]);
    const [first, second] = page.items;
    expect(first?.counts.replies).toBe(5);
    expect(idsOf(first?.replies?.items)).toEqual(replies.slice(0, 2));
    expect(idsOf(first?.replies?.items[0]?.replies?.items)).toEqual([deep]);
    expect(second?.replies).toEqual({ items: [], nextCursor: null });

    const rest = await world.comments.list(reader.actor, {
      postId,
      parentId: a,
      sort: 'oldest',
      cursor: first?.replies?.nextCursor ?? '',
    });
    expect(idsOf(rest.items)).toEqual(replies.slice(2));
    expect((await world.comments.list(reader.actor, { postId, depth: 0 })).items[0]?.replies).toBeNull();
  });

  it('sorts newest, oldest and top first, and walks each without repeating or skipping', async () => {
    const all: Id[] = [];
    for (let n = 0; n < 7; n++) all.push(await write(reader));
    const [a = '', , c = ''] = all;
    await world.reactions.addToComment(reader.actor, { commentId: c });
    await world.reactions.addToComment(author.actor, { commentId: c });
    await world.reactions.addToComment(author.actor, { commentId: a });
    const newest = [...all].reverse();
    expect(await walk(reader, { limit: 3 })).toEqual(newest);
    expect(await walk(reader, { limit: 2, sort: 'oldest' })).toEqual(all);
    expect(await walk(reader, { limit: 2, sort: 'top' })).toEqual([
      c,
      a,
      ...newest.filter((id) => id !== a && id !== c),
    ]);
  });

  it('refuses a cursor of another order, parent or post', async () => {
    const a = await write(reader);
    await write(reader);
    const { nextCursor } = await world.comments.list(reader.actor, { postId, limit: 1 });
    const cursor = nextCursor ?? '';
    expect((await world.comments.list(reader.actor, { postId, cursor })).items).toHaveLength(1);
    const other = await world.post(author);
    for (const input of [{ postId, sort: 'oldest' as const }, { postId, parentId: a }, { postId: other }])
      await expect(world.comments.list(reader.actor, { ...input, cursor })).rejects.toThrow(
        code('cursor.invalid'),
      );
  });

  it('leaves out whom a block hides, or keeps the mere place where others answered', async () => {
    const foe = await world.account();
    const lone = await write(foe);
    const answered = await write(foe);
    const answer = await write(author, answered);
    const seen = async (person: Person) => (await world.comments.list(person.actor, { postId })).items;
    expect(await seen(reader)).toMatchObject([
      { id: answered, text: 'x' },
      { id: lone, text: 'x' },
    ]);
    await world.block(reader, foe);
    expect(await seen(reader)).toMatchObject([
      { id: answered, status: 'unavailable', text: null, author: null, replies: { items: [{ id: answer }] } },
    ]);
    expect(await seen(author)).toMatchObject([
      { id: answered, text: 'x' },
      { id: lone, text: 'x' },
    ]);
    await expect(world.comments.list(reader.actor, { postId, parentId: lone })).rejects.toThrow(
      code('comment.not_found'),
    );
    expect(idsOf((await world.comments.list(reader.actor, { postId, parentId: answered })).items)).toEqual([
      answer,
    ]);
  });

  it('leaves out whom the viewer mutes, but not under a direct link', async () => {
    const bore = await world.account();
    const commentId = await write(bore);
    await world.unitOfWork.transact(({ mutes }) =>
      mutes.set(
        { muterId: reader.id, mutedId: bore.id, scope: 'all', id: world.ids.next(), expiresAt: null },
        world.clock.now(),
      ),
    );
    expect((await world.comments.list(reader.actor, { postId })).items).toEqual([]);
    expect((await world.comments.get(reader.actor, { commentId })).text).toBe('x');
    expect((await world.comments.list(author.actor, { postId })).items).toHaveLength(1);
  });

  it('fills pages and levels also when most of them are hidden from the viewer', async () => {
    const foe = await world.account();
    const top = await write(reader);
    const kept: Id[] = [];
    for (let n = 0; n < 60; n++) {
      if (n % 20 === 19) kept.push(await write(author, top));
      await write(foe, top);
      await write(foe);
    }
    await world.block(foe, reader);
    const page = await world.comments.list(reader.actor, {
      postId,
      repliesLimit: 2,
      sort: 'oldest',
      limit: 5,
    });
    expect(idsOf(page.items)).toEqual([top]);
    expect(page.nextCursor).toBeNull();
    expect(idsOf(page.items[0]?.replies?.items)).toEqual(kept.slice(0, 2));
    expect(page.items[0]?.replies?.nextCursor).not.toBeNull();
    expect(await walk(reader, { parentId: top, limit: 2, sort: 'oldest' })).toEqual(kept);
  });

  it('brings along no more than fits, and says where it did not', async () => {
    const tops: Id[] = [];
    for (let n = 0; n < 60; n++) tops.push(await write(reader));
    for (const top of tops) for (let n = 0; n < 12; n++) await write(author, top);
    const page = await world.comments.list(reader.actor, { postId, limit: 60, repliesLimit: 20, depth: 3 });
    const brought = page.items.filter((item) => item.replies !== null);
    expect(brought.length).toBe(Math.floor((MAX_LISTED_COMMENTS - 60) / 20));
    expect(brought.every((item) => item.replies?.items.length === 12)).toBe(true);
    expect(
      page.items.filter((item) => item.replies === null).every((item) => item.counts.replies === 12),
    ).toBe(true);
  });

  it('lists what somebody commented, as far as the viewer sees the posts', async () => {
    const secret = await world.post(author, { visibility: 'followers' });
    await world.follow(reader, author);
    const open = await write(reader);
    const closed = (await world.comments.create(reader.actor, { postId: secret, text: 'y' })).id;
    const deleted = await write(reader);
    await world.comments.delete(reader.actor, { commentId: deleted });
    const stranger = await world.account();
    const listed = async (person: Person) =>
      idsOf((await world.comments.byUser(person.actor, { userId: reader.id })).items);
    expect(await listed(author)).toEqual([closed, open]);
    expect(await listed(stranger)).toEqual([open]);
    await world.changeAccount(reader.id, { isPrivate: true });
    expect(await listed(stranger)).toEqual([]);
    expect(await listed(reader)).toEqual([closed, open]);
    await world.block(reader, stranger);
    await expect(listed(stranger)).rejects.toThrow(code('account.not_found'));
  });
});
