import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { samplePost } from '../comments/suite-samples.js';
import { sampleAccount } from '../graph/suite-samples.js';
import type { Account } from '../identity/types.js';
import type { Id } from '../kernel/ids.js';
import type { Post } from '../posts/types.js';
import type { SuiteBackend, SuiteHandle } from '../suite-backend.js';
import type { SearchReader, SearchReaders } from './store.js';
import { accountQuery } from './words.js';

/** A handle of a storage that can be searched. */
export type SearchSuiteHandle = SuiteHandle & { readonly readers: SearchReaders };

/** Texts that mean something to one database or another, and to a search nothing. */
const HOSTILE = [
  "'; DROP TABLE posts; --",
  "a' OR 'a' = 'a",
  '% _ \\ %% \\_',
  '& | ! ( ) <-> :* :A',
  '"unclosed',
  '-rain OR sun AND NOT *',
  '\\u0000 \\x00 $1 $2',
  '((((((((((',
  '[a-z]+ .* (?=x)',
  '日本語 ночь ñandú ﬁ Ａ',
  '👩‍👩‍👧 🏳️‍🌈 ‏עברית',
  'x'.repeat(200),
  'a '.repeat(100).trim(),
];

/** The contract of {@link SearchReader}. */
export function searchSuite(backend: SuiteBackend<SearchSuiteHandle>): void {
  describe(`SearchReader: ${backend.name}`, () => {
    let open: Awaited<ReturnType<typeof backend.open>>;
    let search: SearchReader;
    beforeEach(async () => {
      open = await backend.open();
      search = open.b.readers.search;
    });
    afterEach(() => open.close());

    const account = async (handle: string, displayName: string, more: Partial<Account> = {}): Promise<Id> => {
      const id = open.ids.next();
      await open.a.unitOfWork.transact(({ accounts }) =>
        accounts.insert(sampleAccount(id, { handle, handleSkeleton: handle, displayName, ...more })),
      );
      return id;
    };
    const follow = (followerId: Id, followeeId: Id) =>
      open.a.unitOfWork.transact(({ follows }) =>
        follows.insert({ followerId, followeeId, id: open.ids.next(), hideReposts: false }),
      );
    const post = async (
      authorId: Id,
      text: string,
      more: Partial<Post> = {},
      tags: readonly string[] = [],
    ) => {
      const id = open.ids.next();
      await open.a.unitOfWork.transact(async ({ posts, counters }) => {
        await posts.insert(samplePost(id, authorId, { text, ...more }));
        const { added } = await posts.setHashtags(id, tags);
        await counters.add(
          added.map((tag) => ({
            subject: 'hashtag' as const,
            id: tag,
            counter: 'postCount' as const,
            delta: 1,
          })),
        );
      });
      return id;
    };
    const found = async (viewer: Id | null, text: string, limit = 50) => {
      const query = accountQuery(text);
      return query === null ? [] : search.accounts(viewer, query, { after: null, limit });
    };
    const idsOf = (hits: readonly { readonly id: Id }[]) => hits.map(({ id }) => id);

    it('finds nothing in an empty place', async () => {
      expect(await found(null, 'anybody')).toEqual([]);
      expect(await search.hashtags('tea', { after: null, limit: 5 })).toEqual([]);
      expect(await search.posts(null, ['tea'], { after: null, limit: 5 })).toEqual([]);
    });

    it('finds accounts by handle and name: whole, by people followed, by beginnings, by likeness', async () => {
      const me = await account('viewer', 'Me');
      const exact = await account('joan', 'Somebody');
      const friend = await account('xyz', 'Uncle Joando');
      const handle = await account('joanna_b', 'B');
      const name = await account('other', 'Ann-Joan Smith');
      const like = await account('joham', 'J');
      await account('unrelated', 'Nobody');
      await follow(me, friend);
      const hits = await found(me, '@Joan');
      expect(hits.map(({ id, rank }) => [id, rank])).toEqual([
        [exact, 0],
        [friend, 1],
        [handle, 2],
        [name, 3],
      ]);
      expect(idsOf(await found(null, 'JOAN'))).toEqual([exact, handle, friend, name]);
      expect(idsOf(await found(null, 'smith joan'))[0]).toBe(name);
      expect(idsOf(await found(null, 'johan'))).toEqual([like]);
      expect(idsOf(await found(null, 'qqqq zzz'))).toEqual([]);
    });

    it('finds names of any script, whatever their case and width', async () => {
      const ids = [
        await account('one', 'Émile Ångström'),
        await account('two', 'Мария'),
        await account('three', '東京 太郎'),
        await account('four', 'Ｆｕｌｌ Width'),
      ];
      for (const [at, query] of ['ÅNGSTRÖM émile', 'мАр', '東', 'full wi'].entries())
        expect(idsOf(await found(null, query)), query).toEqual([ids[at]]);
    });

    it('follows a new name at once', async () => {
      const id = await account('before', 'Before');
      await open.a.unitOfWork.transact(({ accounts }) =>
        accounts.update(id, { displayName: 'Afterwards' }, 1),
      );
      expect(idsOf(await found(null, 'afterw'))).toEqual([id]);
      await open.a.unitOfWork.transact(({ accounts }) =>
        accounts.rename(id, { handle: 'renamed', skeleton: 'renamed' }, 1),
      );
      expect(idsOf(await found(null, 'renamed'))).toEqual([id]);
      expect(idsOf(await found(null, 'before'))).toEqual([]);
    });

    it('shows nobody who is blocked, suspended or deactivated, and everybody himself', async () => {
      const me = await account('viewer', 'Same Name');
      const [blocked, blocker] = [await account('a1', 'Same Name'), await account('a2', 'Same Name')];
      for (const state of ['suspended', 'deactivated'] as const)
        await account(`a_${state}`, 'Same Name', { state });
      const limited = await account('a3', 'Same Name', { state: 'limited', isPrivate: true });
      await open.a.unitOfWork.transact(async ({ blocks }) => {
        await blocks.insert(me, blocked, open.ids.next());
        await blocks.insert(blocker, me, open.ids.next());
      });
      expect(idsOf(await found(me, 'same name'))).toEqual([me, limited]);
      expect(idsOf(await found(null, 'same name'))).toEqual([me, blocked, blocker, limited]);
    });

    it('pages accounts without repeating or skipping, ties by id, over both kinds of likeness', async () => {
      const me = await account('viewer', 'Me');
      const all: Id[] = [];
      for (let n = 0; n < 7; n++) all.push(await account(`person${n}`, 'Martina'));
      for (let n = 0; n < 3; n++) all.push(await account(`likeness${n}`, 'Martena'));
      const query = accountQuery('martina');
      if (query === null) throw new Error('no query');
      for (const limit of [1, 2, 3, 20]) {
        const seen: Id[] = [];
        for (let after = null as Awaited<ReturnType<typeof found>>[number] | null; ; ) {
          const page = await search.accounts(me, query, { after, limit });
          seen.push(...idsOf(page));
          if (page.length < limit) break;
          after = page.at(-1) ?? null;
        }
        expect(seen).toEqual(all);
      }
    });

    it('finds hashtags by their beginning, the whole one first, then the more used, in pages', async () => {
      const me = await account('writer', 'W');
      for (let n = 0; n < 10; n++) await post(me, 'x', {}, ['teapot']);
      await post(me, 'x', {}, ['tea', 'teacup', 'TEA'.toLowerCase(), 'te_%', 'Zeit'.toLowerCase(), 'téa']);
      const walk = async (prefix: string, limit: number) => {
        const seen: string[] = [];
        for (let after = null as Awaited<ReturnType<SearchReader['hashtags']>>[number] | null; ; ) {
          const page = await search.hashtags(prefix, { after, limit });
          seen.push(...page.map(({ tag }) => tag));
          if (page.length < limit) return seen;
          after = page.at(-1) ?? null;
        }
      };
      for (const limit of [1, 2, 9]) expect(await walk('tea', limit)).toEqual(['tea', 'teapot', 'teacup']);
      expect(await walk('te_', 3)).toEqual(['te_%']);
      expect(await walk('té', 3)).toEqual(['téa']);
      expect(await walk('%', 3)).toEqual([]);
      expect(await search.hashtags('tea', { after: null, limit: 1 })).toEqual([
        { tag: 'tea', exact: true, magnitude: 1 },
      ]);
    });

    it('finds posts that have all the words, newest first, in pages over months', async () => {
      const me = await account('writer', 'W');
      const ids: Id[] = [];
      for (const days of [0, 20, 60, 200]) {
        open.clock.advance(days * 24 * 60 * 60_000);
        ids.unshift(await post(me, `Rain, and (more) RAIN-storms on day ${days}! #umbrella`));
        await post(me, 'only rains');
      }
      const words = ['rain', 'umbrella'];
      for (const limit of [1, 3, 10]) {
        const seen: Id[] = [];
        let after: { readonly id: Id } | null = null;
        for (;;) {
          const page: readonly { readonly id: Id }[] = await search.posts(null, words, { after, limit });
          seen.push(...idsOf(page));
          if (page.length < limit) break;
          after = page.at(-1) ?? null;
        }
        expect(seen).toEqual(ids);
      }
      expect(await search.posts(null, ['rain', 'absent'], { after: null, limit: 9 })).toEqual([]);
    });

    it('shows posts to those who may see them, and to nobody else', async () => {
      const [author, fan, stranger] = [
        await account('author', 'A'),
        await account('fan', 'F'),
        await account('stranger', 'S'),
      ];
      const hidden = await account('hidden', 'H', { isPrivate: true });
      await follow(fan, author);
      const open1 = await post(author, 'secretword');
      const forFans = await post(author, 'secretword', { visibility: 'followers' });
      const own = await post(author, 'secretword', { visibility: 'private' });
      await post(hidden, 'secretword');
      for (const status of ['draft', 'under_review', 'flagged', 'deleted'] as const)
        await post(author, 'secretword', { status });
      const over = await post(author, 'secretword', { expiresAt: open.clock.now() });
      await post(fan, 'secretword', { repostOfId: open1 });
      const seenBy = async (viewer: Id | null) =>
        idsOf(await search.posts(viewer, ['secretword'], { after: null, limit: 50 }));
      expect(await seenBy(null)).toEqual([open1]);
      expect(await seenBy(stranger)).toEqual([open1]);
      expect(await seenBy(fan)).toEqual([forFans, open1]);
      expect(await seenBy(author)).toEqual([over, own, forFans, open1]);
      await open.a.unitOfWork.transact(({ blocks }) => blocks.insert(author, stranger, open.ids.next()));
      expect(await seenBy(stranger)).toEqual([]);
    });

    it('takes hostile text for text', async () => {
      const me = await account('writer', 'Rain Sun');
      const mine = await post(me, 'rain and sun');
      for (const text of HOSTILE) {
        const query = accountQuery(text);
        if (query !== null) await search.accounts(me, query, { after: null, limit: 5 });
        await search.hashtags(text, { after: null, limit: 5 });
        await search.posts(me, [...(query?.words ?? [text])], { after: null, limit: 5 });
      }
      expect(idsOf(await search.posts(me, ['sun'], { after: null, limit: 5 }))).toEqual([mine]);
    });
  });
}
