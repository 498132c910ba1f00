import { beforeEach, describe, expect, it } from 'vitest';
import { anonymous } from '../kernel/actor.js';
import type { Id } from '../kernel/ids.js';
import { createThreadWorld, type Person, type ThreadWorld } from './sample-world.js';

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('commenting', () => {
  let world: ThreadWorld;
  let author: Person;
  let reader: Person;
  let postId: Id;
  beforeEach(async () => {
    world = createThreadWorld();
    author = await world.account({ handle: 'author' });
    reader = await world.account({ handle: 'reader' });
    postId = await world.post(author);
  });

  it('puts a comment below the post, with what its text means, and counts it', async () => {
    const comment = await world.comments.create(reader.actor, { postId, text: 'hi @author, see #news' });
    expect(comment).toMatchObject({
      postId,
      parentId: null,
      rootId: null,
      replyToId: null,
      depth: 0,
      status: 'published',
      author: { id: reader.id, handle: 'reader' },
      text: 'hi @author, see #news',
      entities: [
        { type: 'mention', accountId: author.id, handle: 'author' },
        { type: 'hashtag', tag: 'news' },
      ],
      revision: 1,
      editedAt: null,
      hidden: false,
      counts: { replies: 0, reactions: 0, byKind: {} },
      viewer: { canEdit: true, canDelete: true, canReply: true, canReact: true, canHide: false },
    });
    expect((await world.postCounts(postId))?.commentCount).toBe(1);
    expect(world.events).toMatchObject([
      {
        type: 'comment.created',
        payload: { commentId: comment.id, postId, status: 'published', parentId: null },
      },
      { type: 'comment.published', payload: { commentId: comment.id, mentions: [author.id] } },
    ]);
    expect(await world.comments.get(anonymous, { commentId: comment.id })).toMatchObject({
      text: comment.text,
      viewer: { canReply: false, canReact: false, canEdit: false },
    });
  });

  it('hangs answers below what they answer, and beside it where the thread goes no deeper', async () => {
    const shallow = createThreadWorld({ comments: { maxDepth: 2 } });
    const person = await shallow.account();
    const post = await shallow.post(person);
    const write = (parentId?: Id) =>
      shallow.comments.create(person.actor, { postId: post, text: 'x', ...(parentId ? { parentId } : {}) });
    const top = await write();
    const one = await write(top.id);
    const two = await write(one.id);
    const three = await write(two.id);
    const four = await write(three.id);
    expect(
      [one, two, three, four].map(({ parentId, rootId, replyToId, depth }) => [
        parentId,
        rootId,
        replyToId,
        depth,
      ]),
    ).toEqual([
      [top.id, top.id, top.id, 1],
      [one.id, top.id, one.id, 2],
      [one.id, top.id, two.id, 2],
      [one.id, top.id, three.id, 2],
    ]);
    expect((await shallow.comments.get(person.actor, { commentId: one.id })).counts.replies).toBe(3);
    expect((await shallow.postCounts(post))?.commentCount).toBe(5);
    expect(await shallow.drift('comment')).toEqual([]);
  });

  it('replays a create with the same key and refuses another text under it', async () => {
    const input = { postId, text: 'once', idempotencyKey: 'k1' };
    const first = await world.comments.create(reader.actor, input);
    expect((await world.comments.create(reader.actor, input)).id).toBe(first.id);
    await expect(world.comments.create(reader.actor, { ...input, text: 'twice' })).rejects.toThrow(
      code('idempotency.mismatch'),
    );
    expect((await world.postCounts(postId))?.commentCount).toBe(1);
  });

  it.each([
    ['empty', ''],
    ['blank', ' \n\t '],
    ['too long', 'x'.repeat(2001)],
    ['with a lone surrogate', 'a\ud800'],
    ['with a NUL', 'a\u0000'],
    ['with unbalanced bidirectional controls', 'a\u202e'],
  ])('refuses a text that is %s', async (_, text) => {
    await expect(world.comments.create(reader.actor, { postId, text })).rejects.toThrow(
      code('input.invalid'),
    );
    expect((await world.comments.create(reader.actor, { postId, text: 'x'.repeat(2000) })).text).toHaveLength(
      2000,
    );
  });

  it('needs a session and an account that may act', async () => {
    await expect(world.comments.create(anonymous, { postId, text: 'x' })).rejects.toThrow(
      code('actor.unauthenticated'),
    );
    const suspended = await world.account({ state: 'suspended' });
    await expect(world.comments.create(suspended.actor, { postId, text: 'x' })).rejects.toThrow(
      code('account.inactive'),
    );
    const limited = await world.account({ state: 'limited' });
    expect((await world.comments.create(limited.actor, { postId, text: 'x' })).status).toBe('published');
  });

  it('answers not_found for posts and comments the actor does not see, and for comments of other posts', async () => {
    const comment = await world.comments.create(reader.actor, { postId, text: 'x' });
    const other = await world.post(author);
    const secret = await world.post(author, { visibility: 'private' });
    const attempts = [
      [{ postId: '5' }, 'post.not_found'],
      [{ postId: secret }, 'post.not_found'],
      [{ postId, parentId: '5' }, 'comment.not_found'],
      [{ postId: other, parentId: comment.id }, 'comment.not_found'],
    ] as const;
    for (const [where, expected] of attempts)
      await expect(world.comments.create(reader.actor, { ...where, text: 'x' })).rejects.toThrow(
        code(expected),
      );
    await world.block(author, reader);
    await expect(world.comments.create(reader.actor, { postId, text: 'x' })).rejects.toThrow(
      code('post.not_found'),
    );
    await expect(world.comments.get(reader.actor, { commentId: comment.id })).rejects.toThrow(
      code('comment.not_found'),
    );
    expect((await world.comments.create(author.actor, { postId: secret, text: 'mine' })).status).toBe(
      'published',
    );
  });

  it('does not let somebody answer a comment of a person with a block towards him', async () => {
    const other = await world.account();
    const comment = await world.comments.create(other.actor, { postId, text: 'x' });
    const answer = { postId, parentId: comment.id, text: 'y' };
    expect((await world.comments.create(reader.actor, answer)).parentId).toBe(comment.id);
    await world.block(other, reader);
    await expect(world.comments.create(reader.actor, answer)).rejects.toThrow(code('comment.not_found'));
  });

  it('takes no comments on what is not published, from authors either', async () => {
    const held = await world.post(author, { status: 'under_review' });
    await expect(world.comments.create(author.actor, { postId: held, text: 'x' })).rejects.toThrow(
      code('post.not_live'),
    );
    world.gateSays({ decision: 'hold', reasons: ['spam'] });
    const comment = await world.comments.create(reader.actor, { postId, text: 'x' });
    world.gateSays({ decision: 'allow' });
    await expect(
      world.comments.create(reader.actor, { postId, parentId: comment.id, text: 'x' }),
    ).rejects.toThrow(code('comment.not_live'));
  });

  it('keeps the comment policy of the post, which never binds its author', async () => {
    const follower = await world.account();
    const followed = await world.account();
    const mentioned = await world.account();
    await world.follow(follower, author);
    await world.follow(author, followed);
    await world.mention(postId, mentioned);
    const everybody = { author, reader, follower, followed, mentioned };
    const allowed = async () => {
      const names: string[] = [];
      for (const [name, person] of Object.entries(everybody)) {
        const [comment] = (await world.comments.list(person.actor, { postId })).items;
        const tried = await world.comments.create(person.actor, { postId, text: name }).catch((error) => {
          expect(error).toEqual(code('comment.not_allowed'));
          return null;
        });
        expect(comment?.viewer.canReply ?? true).toBe(tried !== null || comment === undefined);
        if (tried) names.push(name);
      }
      return names;
    };
    await world.comments.create(author.actor, { postId, text: 'first' });
    expect(await allowed()).toEqual(['author', 'reader', 'follower', 'followed', 'mentioned']);
    await world.changePost(postId, { commentPolicy: 'followers' });
    expect(await allowed()).toEqual(['author', 'follower']);
    await world.changePost(postId, { commentPolicy: 'following' });
    expect(await allowed()).toEqual(['author', 'followed']);
    await world.changePost(postId, { commentPolicy: 'mentioned' });
    expect(await allowed()).toEqual(['author', 'mentioned']);
    await world.changePost(postId, { commentPolicy: 'nobody' });
    expect(await allowed()).toEqual(['author']);
  });

  it('comments on the original of a plain repost', async () => {
    const repost = await world.post(reader, { repostOfId: postId, text: '' });
    const comment = await world.comments.create(reader.actor, { postId: repost, text: 'x' });
    expect(comment.postId).toBe(postId);
    expect((await world.comments.list(reader.actor, { postId: repost })).items).toHaveLength(1);
    expect((await world.postCounts(repost))?.commentCount).toBe(0);
  });

  it('finds a post by the id it had as a draft', async () => {
    const draftId = world.ids.next();
    await world.session.run((tables) => tables.table('post_aliases').put(draftId, { draftId, postId }));
    expect((await world.comments.create(reader.actor, { postId: draftId, text: 'x' })).postId).toBe(postId);
    expect((await world.comments.list(reader.actor, { postId: draftId })).items).toHaveLength(1);
  });

  it('marks no mention of somebody with a block towards the author, and of nobody', async () => {
    await world.account({ handle: 'friend' });
    const foe = await world.account({ handle: 'foe' });
    await world.block(foe, reader);
    const { entities } = await world.comments.create(reader.actor, { postId, text: '@friend @foe @nobody' });
    expect(entities).toMatchObject([{ type: 'mention', handle: 'friend' }]);
  });
});
