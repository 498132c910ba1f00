import { createFakeClock } from '@socialkit/core';
import {
  createMemoryPostHistory,
  createTextGate,
  loadPolicy,
  type ModerationResult,
} from '@socialkit/moderation';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSocialKit, type SocialKit } from './index.js';

const INSULT = 'you are such a stupid b i t c h, shut up you piece of shit';

describe('a kit with the text gate of the moderation package', () => {
  let kit: SocialKit;
  let results: ModerationResult[];
  const clock = createFakeClock();
  afterEach(() => kit.close());
  beforeEach(async () => {
    results = [];
    const policy = loadPolicy({
      id: 'kit',
      version: 1,
      rules: [
        { id: 'toxicity', when: { category: 'toxicity', gte: 0.9 }, do: { decision: 'flag_for_review' } },
        { id: 'links', when: { category: 'spam', gte: 0.5 }, do: { decision: 'remove' } },
      ],
    });
    const contentGate = createTextGate(
      { clock },
      { policy, history: createMemoryPostHistory(), onResult: (result) => void results.push(result) },
    );
    kit = await createSocialKit({ database: 'memory', clock, contentGate });
  });

  const enroll = async (handle: string) => {
    const { id } = await kit.identity.register(kit.system, { externalId: `host-${handle}`, handle });
    return { id, actor: kit.actor(id) };
  };

  it('publishes, holds for review with its author, and refuses', async () => {
    const anna = await enroll('anna');
    const ben = await enroll('ben');
    const fine = await kit.posts.create(anna.actor, { text: 'a walk by the river' });
    const held = await kit.posts.create(anna.actor, { text: INSULT });
    expect([fine.status, held.status]).toEqual(['published', 'under_review']);
    const seenBy = async (actor: typeof anna.actor) =>
      (await kit.feed.profile(actor, { userId: anna.id })).items.map(({ id }) => id);
    expect(await seenBy(ben.actor)).toEqual([fine.id]);
    await expect(
      kit.posts.create(anna.actor, {
        text: 'earn money at fastcash dot com or http://bit.ly/a and xn--fstcash-9xa.com',
      }),
    ).rejects.toMatchObject({ code: 'content.rejected' });
    expect(results.map(({ decision }) => decision)).toContain('remove');
  });

  it('judges comments and profiles too, and an edit again', async () => {
    const anna = await enroll('anna');
    const post = await kit.posts.create(anna.actor, { text: 'a walk by the river' });
    results.length = 0;
    await kit.comments.create(anna.actor, { postId: post.id, text: 'with the dog' });
    await kit.posts.edit(anna.actor, { postId: post.id, text: INSULT });
    expect(results.map(({ subject }) => subject.type)).toEqual(['comment', 'post']);
    expect(results[1]!.decision).toBe('flag_for_review');
  });
});
