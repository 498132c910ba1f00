import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SocialError } from '../kernel/errors.js';
import type { PostsDeps } from './posts-service.js';
import { createPostWorld, type Person, type PostWorld } from './sample-world.js';

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('the content of posts', () => {
  let world: PostWorld;
  let ann: Person;
  let bob: Person;
  const begin = async (ports: PostsDeps['ports'] = {}) => {
    world = createPostWorld(ports);
    ann = await world.account({ handle: 'ann' });
    bob = await world.account({ handle: 'bob' });
  };
  beforeEach(() => begin());
  afterEach(() => world.close());

  it('is stored raw, with hashtags, mentions, links and formatting as ranges over it', async () => {
    const text = 'Hi @Bob, see #Über at a.com 👋';
    const post = await world.posts.create(ann.actor, {
      text,
      formatting: [{ type: 'bold', start: 0, end: 2 }],
    });
    expect(post.text).toBe(text);
    expect(post.entities.map((entity) => [entity.type, text.slice(entity.start, entity.end)])).toEqual([
      ['bold', 'Hi'],
      ['mention', '@Bob'],
      ['hashtag', '#Über'],
      ['link', 'a.com'],
    ]);
    expect(post.entities[1]).toMatchObject({ accountId: bob.id, handle: 'bob' });
    expect(world.last('post.published')?.payload.mentions).toEqual([bob.id]);
  });

  it('counts ranges in the normalised text', async () => {
    const post = await world.posts.create(ann.actor, {
      text: 'cafe\u0301 #x',
      formatting: [{ type: 'italic', start: 0, end: 4 }],
    });
    expect(post.text).toBe('café #x');
    expect(post.entities).toMatchObject([{ type: 'italic' }, { type: 'hashtag', start: 5, end: 7 }]);
  });

  it('mentions accounts that exist and that the author can see', async () => {
    const mentioned = async () =>
      (await world.posts.create(ann.actor, { text: '@bob @ghost @ann' })).entities.map((entity) =>
        entity.type === 'mention' ? entity.handle : entity.type,
      );
    expect(await mentioned()).toEqual(['bob', 'ann']);
    await world.change(bob, { state: 'suspended' });
    expect(await mentioned()).toEqual(['ann']);
    await world.change(bob, { state: 'active' });
    await world.block(bob, ann);
    expect(await mentioned()).toEqual(['ann']);
  });

  it('never widens an audience by a mention', async () => {
    const { id: postId } = await world.posts.create(ann.actor, { text: '@bob psst', visibility: 'friends' });
    await expect(world.posts.get(bob.actor, { postId })).rejects.toEqual(code('post.not_found'));
    await world.befriend(ann, bob);
    expect(await world.posts.get(bob.actor, { postId })).toMatchObject({ text: '@bob psst' });
  });

  it('lets those who are mentioned comment where the policy says so', async () => {
    const carol = await world.account();
    const { id: postId } = await world.posts.create(ann.actor, { text: '@bob?', commentPolicy: 'mentioned' });
    const canComment = async (person: Person) =>
      (await world.posts.get(person.actor, { postId })).viewer.canComment;
    expect([await canComment(bob), await canComment(carol), await canComment(ann)]).toEqual([
      true,
      false,
      true,
    ]);
    await world.posts.edit(ann.actor, { postId, text: 'nobody?' });
    expect(await canComment(bob)).toBe(false);
  });

  it('asks who is mentioned again when a draft is published', async () => {
    const draft = await world.posts.create(ann.actor, { text: '@bob', draft: true });
    expect(draft.entities).toHaveLength(1);
    await world.block(bob, ann);
    expect((await world.posts.publish(ann.actor, { postId: draft.id })).entities).toEqual([]);
  });

  it('shows the card that the preview port gives, and none when it fails', async () => {
    await begin({
      preview: { preview: async (url) => ({ title: `about ${url}`, description: null, image: null }) },
    });
    const link = { url: 'https://example.com/a' };
    const { link: card } = await world.posts.create(ann.actor, { link });
    expect(card).toEqual({ url: link.url, title: `about ${link.url}`, description: null, image: null });

    await begin({
      preview: {
        preview: async () => {
          throw new Error('down');
        },
      },
    });
    expect((await world.posts.create(ann.actor, { link })).link).toMatchObject({
      url: link.url,
      title: null,
    });
  });

  it('keeps the card when something else is edited', async () => {
    let asked = 0;
    await begin({
      preview: { preview: async () => ({ title: `look ${++asked}`, description: null, image: null }) },
    });
    const { id: postId } = await world.posts.create(ann.actor, { link: { url: 'https://example.com/a' } });
    expect((await world.posts.edit(ann.actor, { postId, text: 'read this' })).link?.title).toBe('look 1');
    expect(
      (await world.posts.edit(ann.actor, { postId, link: { url: 'https://example.com/b' } })).link?.title,
    ).toBe('look 2');
  });

  it('attaches what the media port lets the author attach', async () => {
    await begin({
      media: {
        async resolve(authorId, media) {
          if (authorId !== ann.id) throw new SocialError('not_found', 'media.not_found', 'no such media');
          return media.map((item) => ({ ...item, type: 'video' as const }));
        },
      },
    });
    const media = [{ ref: 'clip', type: 'image' as const }];
    expect(await world.posts.create(ann.actor, { media, text: 'x' })).toMatchObject({
      media: [{ ref: 'clip', type: 'video', alt: null }],
    });
    await expect(world.posts.create(bob.actor, { media })).rejects.toEqual(code('media.not_found'));
  });
});
