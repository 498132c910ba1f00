import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NO_RACES, RACERS, race } from '../kernel/suite-samples.js';
import type { OpenBackend, SuiteBackend } from '../suite-backend.js';
import { people } from './suite-samples.js';

/** The contract of the store of muted words, muted threads and followed hashtags. */
export function graphTopicsSuite(backend: SuiteBackend): void {
  describe(`muted words, muted threads and followed hashtags: ${backend.name}`, () => {
    let open: OpenBackend;
    beforeEach(async () => {
      open = await backend.open();
    });
    afterEach(() => open.close());

    const racing = backend.concurrent ? it : it.skip;
    const raceTitle = (title: string) => (backend.concurrent ? title : `${title} ${NO_RACES}`);
    const ALL = { after: null, limit: 100 } as const;

    it('keeps words of every script, up to their longest, until they end', async () => {
      const [me = '', other = ''] = await people(open, 2);
      const now = open.clock.now();
      const words = ['spoiler', '🐢 ż', '日本', 'x'.repeat(100), "o'neil; drop table"];
      const mute = (word: string, expiresAt: number | null, at = now) =>
        open.a.unitOfWork.transact(({ topics }) =>
          topics.muteWord(me, { word, id: open.ids.next(), expiresAt }, at),
        );
      for (const word of words) expect(await mute(word, null)).toBe(true);
      expect(await mute('spoiler', null)).toBe(false);
      expect(await mute('spoiler', now + 10)).toBe(true);
      const { topics } = open.b.readers;
      const listed = async (at: number) =>
        (await topics.mutedWords(me, { ...ALL, now: at })).map(({ word }) => word);
      expect(await listed(now)).toEqual([...words].reverse());
      expect(await listed(now + 10)).toEqual(words.slice(1).reverse());
      expect(await topics.mutedWords(other, { ...ALL, now })).toEqual([]);
      expect(await topics.count(me, 'words')).toBe(words.length);

      const [first] = await topics.mutedWords(me, { after: null, limit: 1, now });
      const rest = await topics.mutedWords(me, { after: first?.id ?? null, limit: 100, now });
      expect([first?.word, ...rest.map(({ word }) => word)]).toEqual([...words].reverse());

      const unmute = (word: string, at: number) =>
        open.a.unitOfWork.transact((stores) => stores.topics.unmuteWord(me, word, at));
      expect(await unmute('spoiler', now + 10)).toBe(false);
      expect(await unmute('日本', now)).toBe(true);
      expect(await unmute('日本', now)).toBe(false);
    });

    it('keeps muted threads until they end, and finds them among posts', async () => {
      const [me = ''] = await people(open, 1);
      const now = open.clock.now();
      const [a, b, c] = [open.ids.next(), open.ids.next(), open.ids.next()];
      const mute = (postId: string, expiresAt: number | null, at = now) =>
        open.a.unitOfWork.transact(({ topics }) =>
          topics.muteThread(me, { postId, id: open.ids.next(), expiresAt }, at),
        );
      expect(await mute(a, null)).toBe(true);
      expect(await mute(b, now + 10)).toBe(true);
      expect(await mute(b, now + 10)).toBe(false);
      const { topics } = open.b.readers;
      expect(await topics.mutedThreads(me, { ...ALL, now })).toMatchObject([
        { postId: b, expiresAt: now + 10 },
        { postId: a, expiresAt: null },
      ]);
      expect(await topics.mutedAmong(me, [a, b, c], now)).toEqual(new Set([a, b]));
      expect(await topics.mutedAmong(me, [a, b, c], now + 10)).toEqual(new Set([a]));
      expect(await topics.mutedAmong(me, [], now)).toEqual(new Set());
      expect(await mute(b, null, now + 10)).toBe(true);
      expect(await topics.mutedAmong(me, [b], now + 99)).toEqual(new Set([b]));
      const unmute = () => open.a.unitOfWork.transact((stores) => stores.topics.unmuteThread(me, b, now));
      expect(await unmute()).toBe(true);
      expect(await unmute()).toBe(false);
    });

    it('drops words and threads that ended, of one account only', async () => {
      const [me = '', other = ''] = await people(open, 2);
      const now = open.clock.now();
      await open.a.unitOfWork.transact(async ({ topics }) => {
        for (const user of [me, other]) {
          await topics.muteWord(user, { word: 'tea', id: open.ids.next(), expiresAt: now + 1 }, now);
          await topics.muteThread(user, { postId: '5', id: open.ids.next(), expiresAt: now + 1 }, now);
        }
        await topics.muteWord(me, { word: 'coffee', id: open.ids.next(), expiresAt: null }, now);
        await topics.removeExpired(me, now + 1);
      });
      const { topics } = open.b.readers;
      expect(await topics.count(me, 'words')).toBe(1);
      expect(await topics.count(me, 'threads')).toBe(0);
      expect(await topics.count(other, 'words')).toBe(1);
      expect(await topics.count(other, 'threads')).toBe(1);
    });

    it('follows a hashtag once, lists it, and stops once', async () => {
      const [me = ''] = await people(open, 1);
      const follow = (tag: string) =>
        open.a.unitOfWork.transact(({ topics }) => topics.followHashtag(me, { tag, id: open.ids.next() }));
      expect(await follow('tea')).toBe(true);
      expect(await follow('żółw')).toBe(true);
      expect(await follow('tea')).toBe(false);
      const { topics } = open.b.readers;
      expect(await topics.hashtags(me, ALL)).toMatchObject([{ tag: 'żółw' }, { tag: 'tea' }]);
      expect(await topics.followsHashtag(me, 'tea')).toBe(true);
      expect(await topics.followsHashtag(me, 'coffee')).toBe(false);
      expect(await topics.count(me, 'hashtags')).toBe(2);
      const stop = () => open.a.unitOfWork.transact((stores) => stores.topics.unfollowHashtag(me, 'tea'));
      expect(await stop()).toBe(true);
      expect(await stop()).toBe(false);
    });

    it('undoes what a failed unit of work wrote', async () => {
      const [me = ''] = await people(open, 1);
      const now = open.clock.now();
      await expect(
        open.a.unitOfWork.transact(async ({ topics }) => {
          await topics.muteWord(me, { word: 'tea', id: open.ids.next(), expiresAt: null }, now);
          await topics.muteThread(me, { postId: '5', id: open.ids.next(), expiresAt: null }, now);
          await topics.followHashtag(me, { tag: 'tea', id: open.ids.next() });
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      for (const kind of ['words', 'threads', 'hashtags'] as const)
        expect(await open.b.readers.topics.count(me, kind)).toBe(0);
    });

    racing(raceTitle(`follows a hashtag once in ${RACERS} concurrent calls`), async () => {
      const [me = ''] = await people(open, 1);
      const made = await race(RACERS, [open.a, open.b], (handle) =>
        handle.unitOfWork.transact(({ topics }) =>
          topics.followHashtag(me, { tag: 'tea', id: open.ids.next() }),
        ),
      );
      expect(made.filter(Boolean)).toHaveLength(1);
    });
  });
}
