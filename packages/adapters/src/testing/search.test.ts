import { isSocialError } from '@socialkit/core';
import { worldRuns } from '@socialkit/core/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSocialKit, type SocialKit, type SocialKitOptions } from '../kit/index.js';

const BACK_ENDS: readonly (readonly [string, SocialKitOptions])[] = [
  ['memory', { database: 'memory' }],
  ['PGlite', {}],
];

for (const [name, where] of BACK_ENDS)
  describe(`the search of a kit: ${name}`, () => {
    let kit: SocialKit;
    let people: string[];
    beforeAll(async () => {
      kit = await createSocialKit({ ...where, worker: false });
      people = [];
      for (const handle of ['writer', 'reader', 'stranger'])
        people.push((await kit.identity.register(kit.system, { externalId: handle, handle })).id);
    });
    afterAll(() => kit.close());

    const who = (n: number) => kit.actor(people[n] ?? '');
    const write = async (text: string, more: { readonly language?: string } = {}) =>
      (await kit.posts.create(who(0), { text, ...more })).id;
    const found = async (n: number, query: string) =>
      (await kit.search.posts(who(n), { query })).items.map(({ id }) => id);
    const tags = async (n: number, query: string) => (await kit.search.hashtags(who(n), { query })).items;

    it('lets go at once of what is deleted, taken down, blocked, muted or written by somebody suspended', async () => {
      const [first, second] = [await write('quokka one #quokkas'), await write('quokka two #quokkas')];
      expect(await found(1, 'quokka')).toEqual([second, first]);
      expect(await tags(1, 'quok')).toEqual([{ tag: 'quokkas', posts: 2, more: false }]);
      await kit.posts.flag(kit.system, { postId: first, reason: 'test' });
      expect(await found(1, 'quokka')).toEqual([second]);
      expect(await tags(1, 'quok')).toEqual([{ tag: 'quokkas', posts: 1, more: false }]);
      await kit.graph.mute(who(1), { userId: people[0] ?? '' });
      expect([await found(1, 'quokka'), await tags(1, 'quok')]).toEqual([[], []]);
      expect((await kit.search.accounts(who(1), { query: 'writer' })).items).toEqual([]);
      expect(await found(2, 'quokka')).toEqual([second]);
      await kit.graph.block(who(0), { userId: people[2] ?? '' });
      expect([await found(2, 'quokka'), await tags(2, 'quok')]).toEqual([[], []]);
      expect((await kit.search.accounts(who(2), { query: 'writer' })).items).toEqual([]);
      await kit.graph.unmute(who(1), { userId: people[0] ?? '' });
      await kit.posts.delete(who(0), { postId: second });
      expect([await found(1, 'quokka'), await tags(1, 'quok')]).toEqual([[], []]);
      const third = await write('quokka three');
      expect(await found(1, 'quokka')).toEqual([third]);
      await kit.identity.moderate(kit.system, {
        userId: people[0] ?? '',
        state: 'suspended',
        reason: 'test',
      });
      expect(await found(1, 'quokka')).toEqual([]);
      expect((await kit.search.accounts(who(1), { query: 'writer' })).items).toEqual([]);
      await kit.identity.moderate(kit.system, { userId: people[0] ?? '', state: 'active', reason: 'test' });
      expect(await found(1, 'quokka')).toEqual([third]);
      expect((await kit.search.accounts(who(1), { query: '@Writer' })).items).toMatchObject([
        { account: { handle: 'writer' }, viewer: { following: false } },
      ]);
    });

    it('finds nothing for a query without a word, and refuses one that is too long', async () => {
      for (const query of ['!?', '"', '#', '@', '%'])
        for (const search of [kit.search.accounts, kit.search.hashtags, kit.search.posts])
          expect((await search(who(1), { query })).items).toEqual([]);
      await expect(kit.search.posts(who(1), { query: 'x'.repeat(201) })).rejects.toMatchObject({
        code: 'input.invalid',
      });
      await expect(kit.search.posts(who(1), { query: 'rain', cursor: 'abc' })).rejects.toMatchObject({
        code: 'cursor.invalid',
      });
    });

    const { seed, numRuns } = worldRuns(`hostile searches, ${name}`, 60);
    it('takes any text for text: it answers, or refuses the input', async () => {
      const operators = fc.constantFrom(
        "'",
        '"',
        '\\',
        '%',
        '_',
        '&',
        '|',
        '!',
        '<->',
        ':*',
        '--',
        ';',
        '$1',
        '\u0000',
        '\ud800',
      );
      const text = fc.oneof(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
        fc
          .array(fc.oneof(operators, fc.constantFrom('rain', 'sun', ' ')), { minLength: 1, maxLength: 12 })
          .map((parts) => parts.join('')),
      );
      await fc.assert(
        fc.asyncProperty(text, async (query) => {
          for (const search of [kit.search.accounts, kit.search.hashtags, kit.search.posts])
            try {
              const { items } = await search(who(1), { query });
              expect(Array.isArray(items)).toBe(true);
            } catch (error) {
              if (!isSocialError(error) || error.category !== 'validation') throw error;
            }
        }),
        { seed, numRuns },
      );
    });

    if (name !== 'memory')
      it('knows the forms of a word in a post whose language it knows, and no others', async () => {
        const english = await write('They were running past the houses', { language: 'en-GB' });
        const german = await write('Die Häuser sind alt', { language: 'de' });
        const unknown = await write('running houses');
        expect(await found(1, 'run house')).toEqual([english]);
        expect(await found(1, 'haus')).toEqual([german]);
        expect(await found(1, 'running houses')).toEqual([unknown, english]);
      });
  });
