import { beforeEach, describe, expect, it } from 'vitest';
import { createThreadWorld, type Person, type ThreadWorld } from '../comments/sample-world.js';
import { anonymous } from '../kernel/actor.js';
import type { Id } from '../kernel/ids.js';
import { resolveReactionOptions } from './settings.js';

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('reacting', () => {
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

  const counts = async () => {
    const post = await world.postCounts(postId);
    return [post?.reactionCount, post?.reactionCounts];
  };

  it('gives a like unless told otherwise, once, counts it and tells', async () => {
    expect(await world.reactions.addToPost(reader.actor, { postId })).toEqual({
      changed: true,
      reacted: ['like'],
    });
    expect(await world.reactions.addToPost(reader.actor, { postId, kind: 'like' })).toEqual({
      changed: false,
      reacted: ['like'],
    });
    expect(await counts()).toEqual([1, { like: 1 }]);
    expect(world.events).toMatchObject([
      {
        type: 'reaction.added',
        payload: {
          targetKind: 'post',
          targetId: postId,
          userId: reader.id,
          kind: 'like',
          authorId: author.id,
        },
      },
    ]);
  });

  it('replaces another kind where kinds exclude each other', async () => {
    await world.reactions.addToPost(reader.actor, { postId });
    world.told();
    expect(await world.reactions.addToPost(reader.actor, { postId, kind: 'love' })).toEqual({
      changed: true,
      reacted: ['love'],
    });
    expect(await counts()).toEqual([1, { love: 1 }]);
    expect(world.told()).toEqual(['reaction.removed', 'reaction.added']);
  });

  it('keeps several kinds where they do not', async () => {
    const lax = createThreadWorld({ reactions: { exclusive: false } });
    const person = await lax.account();
    const post = await lax.post(person);
    await lax.reactions.addToPost(person.actor, { postId: post });
    expect((await lax.reactions.addToPost(person.actor, { postId: post, kind: 'wow' })).reacted).toEqual([
      'like',
      'wow',
    ]);
    expect((await lax.postCounts(post))?.reactionCounts).toEqual({ like: 1, wow: 1 });
    expect(
      (await lax.reactions.removeFromPost(person.actor, { postId: post, kind: 'like' })).reacted,
    ).toEqual(['wow']);
    expect((await lax.reactions.removeFromPost(person.actor, { postId: post })).reacted).toEqual([]);
    expect((await lax.postCounts(post))?.reactionCount).toBe(0);
  });

  it('takes a reaction back once, of the kind that was given', async () => {
    await world.reactions.addToPost(reader.actor, { postId, kind: 'sad' });
    world.told();
    expect(await world.reactions.removeFromPost(reader.actor, { postId, kind: 'like' })).toEqual({
      changed: false,
      reacted: ['sad'],
    });
    expect(await world.reactions.removeFromPost(reader.actor, { postId })).toEqual({
      changed: true,
      reacted: [],
    });
    expect(await world.reactions.removeFromPost(reader.actor, { postId })).toEqual({
      changed: false,
      reacted: [],
    });
    expect(await counts()).toEqual([0, {}]);
    expect(world.told()).toEqual(['reaction.removed']);
  });

  it('offers the host’s kinds only, and keeps what was given before they changed', async () => {
    await expect(world.reactions.addToPost(reader.actor, { postId, kind: 'party' })).rejects.toThrow(
      code('reaction.unknown_kind'),
    );
    await expect(world.reactions.addToPost(reader.actor, { postId, kind: 'Bad Kind' })).rejects.toThrow(
      code('input.invalid'),
    );
    const settings = resolveReactionOptions({ kinds: ['party'] });
    expect([settings.kindOf(undefined), settings.kindOf('party')]).toEqual(['party', 'party']);
    expect(() => settings.kindOf('like')).toThrow(code('reaction.unknown_kind'));
    for (const kinds of [[], ['a', 'a'], ['A'], Array.from({ length: 33 }, (_, n) => `k${n}`)])
      expect(() => resolveReactionOptions({ kinds })).toThrow(TypeError);
  });

  it('needs a session, an account that may act, and something live that it sees', async () => {
    await expect(world.reactions.addToPost(anonymous, { postId })).rejects.toThrow(
      code('actor.unauthenticated'),
    );
    const suspended = await world.account({ state: 'suspended' });
    await expect(world.reactions.addToPost(suspended.actor, { postId })).rejects.toThrow(
      code('account.inactive'),
    );
    await expect(world.reactions.addToPost(reader.actor, { postId: '5' })).rejects.toThrow(
      code('post.not_found'),
    );
    const draft = await world.post(author, { status: 'draft' });
    await expect(world.reactions.addToPost(reader.actor, { postId: draft })).rejects.toThrow(
      code('post.not_found'),
    );
    await expect(world.reactions.addToPost(author.actor, { postId: draft })).rejects.toThrow(
      code('post.not_live'),
    );
    const friends = await world.post(author, { visibility: 'followers' });
    await expect(world.reactions.addToPost(reader.actor, { postId: friends })).rejects.toThrow(
      code('post.not_found'),
    );
    await world.follow(reader, author);
    expect((await world.reactions.addToPost(reader.actor, { postId: friends })).changed).toBe(true);
    await world.block(author, reader);
    await expect(world.reactions.addToPost(reader.actor, { postId })).rejects.toThrow(code('post.not_found'));
  });

  it('lets somebody take his reaction back also from what he sees no longer', async () => {
    await world.reactions.addToPost(reader.actor, { postId });
    await world.block(author, reader);
    expect(await world.reactions.removeFromPost(reader.actor, { postId })).toEqual({
      changed: true,
      reacted: [],
    });
    expect(await counts()).toEqual([0, {}]);
    expect(await world.reactions.removeFromPost(reader.actor, { postId: '5' })).toEqual({
      changed: false,
      reacted: [],
    });
  });

  it('works on comments alike, and tells the two apart', async () => {
    const comment = await world.comments.create(author.actor, { postId, text: 'x' });
    await world.reactions.addToComment(reader.actor, { commentId: comment.id, kind: 'laugh' });
    expect(await world.comments.get(reader.actor, { commentId: comment.id })).toMatchObject({
      counts: { reactions: 1, byKind: { laugh: 1 } },
      viewer: { reacted: ['laugh'] },
    });
    expect((await world.comments.get(author.actor, { commentId: comment.id })).viewer.reacted).toEqual([]);
    await expect(world.reactions.addToPost(reader.actor, { postId: comment.id })).rejects.toThrow(
      code('post.not_found'),
    );
    expect(await world.reactions.removeFromPost(reader.actor, { postId: comment.id })).toMatchObject({
      changed: false,
    });
    expect(await world.drift('comment')).toEqual([]);
    await world.comments.delete(author.actor, { commentId: comment.id });
    await expect(world.reactions.addToComment(reader.actor, { commentId: comment.id })).rejects.toThrow(
      code('comment.not_found'),
    );
    expect((await world.reactions.removeFromComment(reader.actor, { commentId: comment.id })).changed).toBe(
      true,
    );
    expect(await world.drift('comment')).toEqual([]);
  });

  it('finds a post by the id it had as a draft', async () => {
    const draftId = world.ids.next();
    await world.session.run((tables) => tables.table('post_aliases').put(draftId, { draftId, postId }));
    expect((await world.reactions.addToPost(reader.actor, { postId: draftId })).changed).toBe(true);
    expect(await counts()).toEqual([1, { like: 1 }]);
    expect((await world.reactions.removeFromPost(reader.actor, { postId: draftId })).changed).toBe(true);
  });

  it('goes to the original of a plain repost', async () => {
    const repost = await world.post(reader, { repostOfId: postId, text: '' });
    await world.reactions.addToPost(reader.actor, { postId: repost });
    expect(await counts()).toEqual([1, { like: 1 }]);
    expect((await world.reactions.listOfPost(reader.actor, { postId: repost })).items).toHaveLength(1);
    expect((await world.reactions.removeFromPost(reader.actor, { postId: repost })).changed).toBe(true);
    expect(await counts()).toEqual([0, {}]);
  });
});

describe('who reacted', () => {
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
  const crowd = async (count: number, kind = 'like') => {
    const people: Person[] = [];
    for (let n = 0; n < count; n++) {
      const person = await world.account();
      people.push(person);
      await world.reactions.addToPost(person.actor, { postId, kind });
    }
    return people;
  };

  it('is listed newest first, by kind, in pages, without those a block or their state hides', async () => {
    const likers = await crowd(5);
    const lovers = await crowd(2, 'love');
    const [blocked, suspended] = likers as [Person, Person];
    const expected = [...likers, ...lovers].map(({ id }) => id).reverse();
    const walk = async (input: { kind?: string; limit: number }) => {
      const seen: Id[] = [];
      let cursor: string | null | undefined;
      do {
        const page = await world.reactions.listOfPost(reader.actor, {
          postId,
          ...input,
          ...(cursor ? { cursor } : {}),
        });
        seen.push(...page.items.map(({ user }) => user.id));
        cursor = page.nextCursor;
      } while (cursor);
      return seen;
    };
    expect(await walk({ limit: 2 })).toEqual(expected);
    expect(await walk({ limit: 2, kind: 'love' })).toEqual(expected.slice(0, 2));
    await world.block(blocked, reader);
    await world.changeAccount(suspended.id, { state: 'suspended' });
    expect(await walk({ limit: 2 })).toEqual(expected.slice(0, -2));
    expect((await world.reactions.listOfPost(anonymous, { postId })).items).toHaveLength(6);
    const { nextCursor } = await world.reactions.listOfPost(reader.actor, { postId, limit: 1 });
    await expect(
      world.reactions.listOfPost(reader.actor, { postId, kind: 'love', cursor: nextCursor ?? '' }),
    ).rejects.toThrow(code('cursor.invalid'));
  });

  it('is nobody’s business who does not see the target', async () => {
    await crowd(1);
    await world.changePost(postId, { visibility: 'private' });
    await expect(world.reactions.listOfPost(reader.actor, { postId })).rejects.toThrow(
      code('post.not_found'),
    );
    await expect(world.reactions.knownOfPost(reader.actor, { postId })).rejects.toThrow(
      code('post.not_found'),
    );
    expect((await world.reactions.listOfPost(author.actor, { postId })).items).toHaveLength(1);
  });

  it.each([
    ['few reactions', 0],
    ['more reactions than it goes through', 401],
  ])('names those the viewer follows among %s', async (_, strangers) => {
    const people = await crowd(5);
    for (const person of people) await world.follow(reader, person);
    await world.unitOfWork.transact(async ({ reactions }) => {
      for (let n = 0; n < strangers; n++) {
        const [id, userId] = [world.ids.next(), world.ids.next()];
        await reactions.insert({ id, targetKind: 'post', targetId: postId, userId, kind: 'like' });
      }
    });
    const quiet = await world.account();
    await world.follow(reader, quiet);
    const known = await world.reactions.knownOfPost(reader.actor, { postId });
    expect(known).toMatchObject({ count: 5, more: false });
    expect(known.sample.map(({ user }) => user.id)).toEqual(
      people
        .slice(2)
        .map(({ id }) => id)
        .reverse(),
    );
    expect((await world.reactions.knownOfPost(author.actor, { postId })).count).toBe(0);
    await expect(world.reactions.knownOfPost(anonymous, { postId })).rejects.toThrow(
      code('actor.unauthenticated'),
    );
  });

  it('lists the caller’s own, as far as he sees the targets', async () => {
    const comment = await world.comments.create(author.actor, { postId, text: 'x' });
    const secret = await world.post(author, { visibility: 'followers' });
    await world.follow(reader, author);
    await world.reactions.addToPost(reader.actor, { postId });
    await world.reactions.addToComment(reader.actor, { commentId: comment.id, kind: 'love' });
    await world.reactions.addToPost(reader.actor, { postId: secret });
    const mine = async (input: { kind?: string; targetKind?: 'post' | 'comment'; limit?: number } = {}) =>
      (await world.reactions.mine(reader.actor, input)).items.map(({ targetId }) => targetId);
    expect(await mine()).toEqual([secret, comment.id, postId]);
    expect(await mine({ targetKind: 'comment' })).toEqual([comment.id]);
    expect(await mine({ kind: 'like' })).toEqual([secret, postId]);
    expect(await mine({ limit: 1 })).toEqual([secret]);
    await world.changePost(secret, { visibility: 'private' });
    expect(await mine()).toEqual([comment.id, postId]);
    await world.comments.delete(author.actor, { commentId: comment.id });
    expect(await mine()).toEqual([postId]);
    await expect(world.reactions.mine(anonymous, {})).rejects.toThrow(code('actor.unauthenticated'));
  });
});
