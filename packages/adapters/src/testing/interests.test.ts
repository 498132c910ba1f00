import { createFakeClock } from '@socialkit/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSocialKit, type SocialKit, type SocialKitOptions } from '../kit/index.js';

const BACK_ENDS: readonly (readonly [string, SocialKitOptions])[] = [
  ['memory', { database: 'memory' }],
  ['PGlite', {}],
];

for (const [name, where] of BACK_ENDS)
  describe(`interests of a kit: ${name}`, () => {
    const clock = createFakeClock(Date.UTC(2026, 0, 12, 12, 30));
    let kit: SocialKit;
    let people: string[];
    beforeAll(async () => {
      kit = await createSocialKit({
        ...where,
        clock,
        trends: { minimumAgeMs: 0, cellOf: async () => 'north' },
      });
      people = [];
      for (let n = 0; n < 4; n++)
        people.push(
          (await kit.identity.register(kit.system, { externalId: `host-${n}`, handle: `person_${n}` })).id,
        );
    });
    afterAll(() => kit.close());

    const who = (n: number) => kit.actor(people[n] ?? '');
    const mine = async (kind: string) => {
      await kit.idle();
      const { items } = await kit.interests.list(who(0), {});
      return Object.fromEntries(
        items
          .filter((one) => one.kind === kind)
          .map(({ value, weight }) => [value, Math.round(weight * 1000) / 1000]),
      );
    };

    it('are learned from what people write, react to, comment, share and follow', async () => {
      const { id: postId } = await kit.posts.create(who(1), { text: 'a #Garden and a #tree' });
      await kit.reactions.addToPost(who(0), { postId, kind: 'like' });
      await kit.comments.create(who(0), { postId, text: 'nice' });
      await kit.posts.repost(who(0), { postId });
      await kit.posts.create(who(0), { text: 'my own #bench' });
      await kit.graph.followHashtag(who(0), { tag: 'birds' });
      expect(await mine('hashtag')).toEqual({ garden: 6, tree: 6, birds: 5, bench: 3 });
      expect(await mine('type')).toEqual({ text: 9 });
      expect(await mine('hour')).toEqual({ 12: 9 });
      expect(await mine('cell')).toEqual({ north: 9 });
    });

    it('halve in thirty days', async () => {
      clock.advance(30 * 24 * 60 * 60_000);
      expect(await mine('hashtag')).toMatchObject({ garden: 3, birds: 2.5 });
    });

    it('are their owner’s to edit, and nobody else’s to see', async () => {
      expect(await kit.interests.choose(who(0), { kind: 'hashtag', value: '#Bees' })).toEqual({
        changed: true,
      });
      expect(await kit.interests.remove(who(0), { kind: 'hashtag', value: 'tree' })).toEqual({
        changed: true,
      });
      expect(await mine('hashtag')).toMatchObject({ bees: 10 });
      expect(await mine('hashtag')).not.toHaveProperty('tree');
      expect((await kit.interests.list(who(3), {})).items).toEqual([]);
      for (const [kind, value] of [
        ['hashtag', '!!'],
        ['hour', '24'],
        ['type', 'novel'],
      ] as const)
        await expect(kit.interests.choose(who(0), { kind, value })).rejects.toMatchObject({
          code: 'interest.invalid',
        });
    });

    it('suggest hashtags with reasons, without those one uses, follows, mutes or that may not trend', async () => {
      await kit.graph.follow(who(0), { userId: people[2] ?? '' });
      await kit.posts.create(who(2), { text: '#bees #bench #birds #shed #rude' });
      await kit.posts.create(who(0), { text: 'again #bench' });
      await kit.graph.muteWord(who(0), { word: 'rude' });
      await kit.idle();
      const suggested = async () => (await kit.interests.hashtags(who(0), {})).items;
      expect((await suggested()).map(({ tag }) => tag)).toEqual(['bees', 'shed', 'garden']);
      expect((await suggested())[0]?.because).toEqual([
        { kind: 'interest' },
        { kind: 'used_by_followed', count: 1 },
      ]);
      await kit.trends.block(kit.system, { kind: 'hashtag', subject: 'shed', reason: 'test' });
      await kit.graph.mute(who(0), { userId: people[2] ?? '' });
      expect((await suggested()).map(({ tag }) => tag)).toEqual(['bees', 'garden']);
    });

    it('can be switched off: nothing learned is left, and nothing is learned', async () => {
      expect(await kit.interests.setEnabled(who(0), { enabled: false })).toEqual({ changed: true });
      await kit.posts.create(who(0), { text: '#pond' });
      expect(await mine('hashtag')).toEqual({ bees: 10 });
      expect((await kit.interests.list(who(0), {})).enabled).toBe(false);
    });
  });
