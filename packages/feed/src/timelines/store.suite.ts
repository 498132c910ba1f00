import { compareIds, type Id, type Ids, newestFirst } from '@socialkit/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TimelineHarness } from './store.harness.js';
import type { TimelineStore } from './store.js';
import type { TimelineOptions } from './store.options.js';

const DAY_MS = 24 * 60 * 60_000;

/** The contract of {@link TimelineStore}. @param open makes a harness whose stores have these options */
export function timelineSuite(
  name: string,
  open: (options: Required<TimelineOptions>) => Promise<TimelineHarness>,
): void {
  describe(`TimelineStore: ${name}`, () => {
    const OPTIONS = { keep: 20, slack: 10, ttlMs: DAY_MS };
    let harness: TimelineHarness;
    let a: TimelineStore;
    let b: TimelineStore;
    let ids: Ids;
    beforeEach(async () => {
      harness = await open(OPTIONS);
      ({ a, b, ids } = harness);
    });
    afterEach(() => harness.close());

    const make = (count: number): Id[] => Array.from({ length: count }, () => ids.next());
    const down = (list: readonly Id[]) => [...list].sort(newestFirst);
    const all = async (userId: Id, store = a) => store.read(userId, { before: null, limit: 1000 });
    const start = async (userId: Id, filled: readonly Id[] = [], complete = true, store = a) => {
      const build = ids.next();
      expect(await store.begin(userId, build)).toBe(true);
      expect(await store.fill(userId, build, down(filled), complete)).toBe(true);
      return build;
    };
    const pushAll = async (userId: Id, posts: readonly Id[]) => {
      for (const post of posts) await a.push(post, userId);
    };

    describe('existence', () => {
      it('has no timeline for somebody who never read, and pushes pass him by', async () => {
        const [user = '', post = ''] = make(2);
        expect(await a.push(post, user)).toBe(0);
        expect(await a.push(post, '')).toBe(0);
        expect(await all(user)).toBeNull();
        expect(await a.countActive(user)).toBe(0);
      });

      it('shows a filled timeline on every handle, newest first, complete to the bottom', async () => {
        const user = ids.next();
        const posts = make(5);
        const build = await start(user, posts);
        for (const store of [a, b])
          expect(await all(user, store)).toEqual({ build, ids: down(posts), floor: '0' });
      });

      it('shows an empty timeline as empty, not as missing', async () => {
        const user = ids.next();
        await start(user);
        expect(await all(user)).toMatchObject({ ids: [], floor: '0' });
      });

      it('says where a timeline that was cut off begins', async () => {
        const user = ids.next();
        const posts = make(5);
        await start(user, posts, false);
        expect(await all(user)).toMatchObject({ ids: down(posts), floor: posts[0] });
      });

      it('is not readable while it is being built, and takes one build at a time', async () => {
        const user = ids.next();
        const [first = '', second = ''] = make(2);
        expect(await a.begin(user, first)).toBe(true);
        expect(await all(user)).toBeNull();
        expect(await b.begin(user, second)).toBe(false);
        expect(await b.fill(user, second, [], true)).toBe(false);
        expect(await a.fill(user, first, [], true)).toBe(true);
        expect(await b.begin(user, second)).toBe(false);
      });

      it('lets exactly one of many concurrent builds begin', async () => {
        const user = ids.next();
        const begun = await Promise.all(make(20).map((build, i) => (i % 2 === 0 ? a : b).begin(user, build)));
        expect(begun.filter(Boolean)).toHaveLength(1);
      });

      it('removes an abandoned build, and nothing else', async () => {
        const user = ids.next();
        const build = ids.next();
        await a.begin(user, build);
        await b.abandon(user, ids.next());
        expect(await a.fill(user, build, [], true)).toBe(true);
        await b.abandon(user, build);
        expect(await all(user)).not.toBeNull();
        const other = ids.next();
        await a.begin(other, build);
        await b.abandon(other, build);
        expect(await a.fill(other, build, [], true)).toBe(false);
        expect(await a.begin(other, ids.next())).toBe(true);
      });

      it('ends a build that never finished', async () => {
        const user = ids.next();
        const lost = ids.next();
        await a.begin(user, lost);
        await harness.elapse(20_000);
        expect(await a.fill(user, lost, make(1), true)).toBe(false);
        await start(user);
      });

      it('ends dropped timelines and builds, and leaves others alone', async () => {
        const [built = '', building = '', other = '', none = ''] = make(4);
        await start(built, make(3));
        const build = ids.next();
        await a.begin(building, build);
        const kept = make(2);
        await start(other, kept);
        await b.drop([built, building, none]);
        await b.drop([]);
        expect(await all(built)).toBeNull();
        expect(await a.fill(building, build, make(2), true)).toBe(false);
        expect((await all(other))?.ids).toEqual(down(kept));
      });

      it('shows nothing of an earlier life that was not filled or pushed again below the floor', async () => {
        const user = ids.next();
        const posts = make(6);
        await start(user, posts);
        await a.drop([user]);
        await start(user, posts.slice(3), false);
        const window = await all(user);
        expect(window?.floor).toBe(posts[3]);
        expect(window?.ids.filter((id) => compareIds(id, window.floor) >= 0)).toEqual(down(posts.slice(3)));
      });

      it('ends what nobody reads, and keeps what somebody does', async () => {
        const [idle = '', busy = ''] = make(2);
        await start(idle);
        await start(busy);
        for (let i = 0; i < 2; i++) {
          await harness.elapse(DAY_MS * 0.6);
          expect(await all(busy)).not.toBeNull();
          await a.push(ids.next(), `${idle},${busy}`);
        }
        expect(await all(idle)).toBeNull();
        expect((await all(busy))?.ids).toHaveLength(2);
      });

      it('counts timelines and active readers', async () => {
        const users = make(12);
        for (const user of users.slice(0, 5)) await start(user);
        expect(await a.countActive(users.join(','))).toBeGreaterThanOrEqual(5);
        expect(await b.push(ids.next(), users.join(','))).toBe(5);
        expect(await b.size()).toBeGreaterThanOrEqual(5);
        expect(await b.countActive('')).toBe(0);
      });
    });

    describe('delivery', () => {
      it('reaches every active reader of a page and says how many there were', async () => {
        const users = make(350);
        const active = users.filter((_, i) => i % 3 === 0);
        for (const user of active) await start(user);
        const post = ids.next();
        expect(await a.push(post, users.join(','))).toBe(active.length);
        for (const user of active) expect((await all(user, b))?.ids).toEqual([post]);
        for (const user of users.filter((_, i) => i % 3 !== 0).slice(0, 20))
          expect(await all(user)).toBeNull();
      });

      it('reaches somebody who became active just before, whatever other processes knew of him', async () => {
        const early = ids.next();
        await start(early);
        expect(await b.push(ids.next(), early)).toBe(1);
        for (let i = 0; i < 30; i++) {
          const user = ids.next();
          await a.begin(user, ids.next());
          expect(await b.push(ids.next(), `${early},${user}`)).toBe(2);
        }
      });

      it('shows a post once, however often it is pushed', async () => {
        const user = ids.next();
        const [first = '', second = ''] = make(2);
        await start(user, [first]);
        for (const post of [first, second, second, first, second]) await a.push(post, user);
        expect((await all(user))?.ids).toEqual([second, first]);
      });

      it('shows posts in their own order, in whatever order they were pushed', async () => {
        const user = ids.next();
        await start(user);
        const posts: Id[] = [];
        for (let i = 0; i < 20; i++) {
          posts.push(ids.next());
          await harness.elapse(700);
        }
        const order = [3, 4, 1, 9, 2, 0, 8, 19, 5, 7, 6, 15, 12, 18, 10, 11, 17, 14, 13, 16];
        await pushAll(
          user,
          order.map((at) => posts[at] ?? ''),
        );
        expect((await all(user))?.ids).toEqual(down(posts));
        const middle = posts[10] ?? '';
        expect((await a.read(user, { before: middle, limit: 4 }))?.ids).toEqual(
          down(posts)
            .filter((id) => compareIds(id, middle) < 0)
            .slice(0, 4),
        );
      });

      it('pages in order whatever the order of pushes was', async () => {
        for (let round = 0; round < 4; round++) {
          const user = ids.next();
          await start(user);
          const posts: Id[] = [];
          for (let i = 0; i < 28; i++) {
            posts.push(ids.next());
            await harness.elapse(900);
          }
          // Far out of order, differently in each round.
          const order = posts.map((_, i) => posts[(i * (5 + 2 * round) + round) % 28] ?? '');
          await pushAll(user, order);
          const seen: Id[] = [];
          for (;;) {
            const window = await a.read(user, { before: seen.at(-1) ?? null, limit: 2 });
            if (!window || window.ids.length === 0) break;
            seen.push(...window.ids);
          }
          expect(seen).toEqual(down([...new Set(order)]));
        }
      });

      it('keeps posts pushed during a build, above and between what is filled, once each', async () => {
        const user = ids.next();
        const build = ids.next();
        const posts: Id[] = [];
        for (let i = 0; i < 10; i++) {
          posts.push(ids.next());
          await harness.elapse(400);
        }
        await a.begin(user, build);
        const pushed = [posts[9], posts[2], posts[8], posts[5]].map((id) => id ?? '');
        for (const post of pushed) expect(await b.push(post, user)).toBe(1);
        await a.fill(user, build, down(posts.filter((_, i) => i < 9 && i !== 5)), true);
        expect((await all(user))?.ids).toEqual(down(posts));
      });

      it('loses nothing when builds and pushes race', async () => {
        const users = make(10);
        const published: Id[] = [];
        const filling = users.map(async (user) => {
          const build = ids.next();
          await a.begin(user, build);
          // What is read from the rows after begin holds everything published before.
          const rows = [...published];
          await new Promise((resolve) => setImmediate(resolve));
          await a.fill(user, build, down(rows), true);
        });
        const pushing = make(20).map((post) => {
          published.push(post);
          return b.push(post, users.join(','));
        });
        await Promise.all([...filling, ...pushing]);
        for (const user of users) expect((await all(user))?.ids).toEqual(down(published));
      });

      it('takes many posts for many readers at once', async () => {
        const users = make(120);
        for (const user of users) await start(user);
        const posts = make(12);
        const reached = await Promise.all(
          posts.map((post, i) => (i % 2 === 0 ? a : b).push(post, users.join(','))),
        );
        expect(reached).toEqual(posts.map(() => users.length));
        for (const user of users) expect((await all(user))?.ids).toEqual(down(posts));
      });
    });

    describe('windows', () => {
      it('pages downwards without repeating or skipping while posts arrive', async () => {
        const user = ids.next();
        const posts = make(20);
        await start(user, posts);
        const seen: Id[] = [];
        let before: Id | null = null;
        for (;;) {
          const window: { readonly ids: readonly Id[] } | null = await a.read(user, { before, limit: 3 });
          if (!window || window.ids.length === 0) break;
          seen.push(...window.ids);
          before = window.ids.at(-1) ?? null;
          await b.push(ids.next(), user);
          await harness.elapse(300);
        }
        expect(seen).toEqual(down(posts));
      });

      it('is complete down to its floor, wherever it ends', async () => {
        const user = ids.next();
        const posts = make(10);
        await start(user, posts);
        for (const before of [null, posts[9], posts[5], posts[1], posts[0], ids.next()]) {
          for (const limit of [1, 2, 5, 9, 10, 11]) {
            const window = await a.read(user, { before: before ?? null, limit });
            const below = down(posts).filter((id) => !before || compareIds(id, before) < 0);
            const floor = window?.floor ?? '';
            expect(window?.ids).toEqual(below.slice(0, window?.ids.length));
            expect(below.filter((id) => compareIds(id, floor) >= 0)).toEqual(window?.ids);
            if (below.length <= limit) expect(floor).toBe('0');
          }
        }
      });

      it('vouches for nothing below its end, unless it is complete', async () => {
        const [whole = '', cut = ''] = make(2);
        const below = ids.next();
        const posts = make(3);
        await start(whole, posts);
        await start(cut, posts, false);
        for (const before of [posts[0], below]) {
          expect(await a.read(whole, { before: before ?? '', limit: 5 })).toMatchObject({
            ids: [],
            floor: '0',
          });
          const window = await a.read(cut, { before: before ?? '', limit: 5 });
          expect(window?.ids).toEqual([]);
          expect(compareIds(window?.floor ?? '0', before ?? '')).toBeGreaterThanOrEqual(0);
        }
      });

      it('answers below a position that is not in it', async () => {
        const user = ids.next();
        const posts: Id[] = [];
        const between: Id[] = [];
        for (let i = 0; i < 15; i++) {
          posts.push(ids.next());
          between.push(ids.next());
          await harness.elapse(i % 3 === 0 ? 5000 : 100);
        }
        await start(user, posts);
        for (const [i, before] of between.entries())
          expect((await a.read(user, { before, limit: 4 }))?.ids).toEqual(
            down(posts.slice(Math.max(0, i - 3), i + 1)),
          );
      });

      /** Pushes posts published over some minutes. */
      const publish = async (user: Id, count: number) => {
        const posts: Id[] = [];
        for (let i = 0; i < count; i++) {
          posts.push(ids.next());
          await a.push(posts.at(-1) ?? '', user);
          await harness.elapse(3000);
        }
        return posts;
      };

      it('keeps about the newest ids, and says where it was cut', async () => {
        const user = ids.next();
        await start(user);
        const posts = await publish(user, 200);
        const window = await all(user);
        const floor = window?.floor ?? '0';
        expect(window?.ids.slice(0, 19)).toEqual(down(posts).slice(0, 19));
        expect(window?.ids.length).toBeLessThan(150);
        expect(compareIds(floor, '0')).toBeGreaterThan(0);
        expect(window?.ids).toEqual(down(posts).filter((id) => compareIds(id, floor) >= 0));
      });

      it('is honest about its floor also when everything was published at once', async () => {
        const user = ids.next();
        await start(user);
        const posts = make(200);
        await pushAll(user, posts);
        const window = await all(user);
        const floor = window?.floor ?? '0';
        expect(window?.ids.filter((id) => compareIds(id, floor) >= 0)).toEqual(
          down(posts).filter((id) => compareIds(id, floor) >= 0),
        );
      });

      it('does not take a late post for a sign that everything around it is there, once it was cut', async () => {
        const user = ids.next();
        const late = ids.next();
        await harness.elapse(5000);
        await start(user);
        await publish(user, 200);
        await a.push(late, user);
        const window = await all(user);
        expect(compareIds(window?.floor ?? '0', late)).toBeGreaterThan(0);
      });
    });
  });
}
