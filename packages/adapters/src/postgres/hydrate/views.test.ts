import { createIds, type Id, type PostViewReader, type Viewer } from '@socialkit/core';
import { inSpace, loadWorld, type World, worldRuns, worlds } from '@socialkit/core/testing';
import { describePostgres } from '@socialkit/test-services/vitest';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMemoryStorage } from '../../memory/storage.js';
import type { Storage } from '../../storage.js';
import { openMigratedPglite } from '../../testing/pglite-template.js';
import { openMigratedPostgres } from '../../testing/postgres-template.js';
import type { Postgres } from '../connection.js';
import { createPostgresStorage } from '../storage.js';
import { createPostgresPostViews } from './views.js';

const NOW = Date.UTC(2026, 0, 1, 12);
const clock = { now: () => NOW };

/** Reactions, polls and counts on top of a world, the same in every back-end. */
async function enliven(storage: Storage, world: World): Promise<void> {
  await storage.unitOfWork.transact(async (stores) => {
    let next = BigInt(world.posts[0]?.id ?? '1') + 500_000n;
    for (const [n, post] of world.posts.entries()) {
      const user = world.accounts[n % world.accounts.length]?.id ?? '';
      for (const kind of n % 3 === 0 ? ['like', 'love'] : n % 3 === 1 ? ['wow'] : [])
        await stores.reactions.insert({
          id: (++next).toString(),
          targetKind: 'post',
          targetId: post.id,
          userId: user,
          kind,
        });
      if (n % 4 !== 0 || post.repostOfId !== null) continue;
      const stored = await stores.posts.find(post.id);
      if (!stored) continue;
      await stores.posts.update(post.id, stored.revision, {
        type: 'poll',
        text: 'tabs\tand\nlines \\ " \u2028 é 🐢',
      });
      await stores.polls.put({
        postId: post.id,
        multiple: true,
        durationMs: 300_000,
        expiresAt: null,
        voterCount: 0,
        options: ['yes, "quite"', 'no\\', 'maybe'].map((text, position) => ({
          position,
          text,
          voteCount: 0,
        })),
      });
      await stores.polls.open(post.id, NOW + (n % 8 === 0 ? -1 : 1000));
      await stores.polls.cast(post.id, user, [0, 2]);
    }
    await stores.counters.repair(
      'post',
      world.posts.map(({ id }) => id),
    );
  });
}

const seenBy = async (reader: PostViewReader, viewer: Viewer, ids: readonly Id[]) =>
  (await reader.views(viewer, ids, { follows: true })).map((post) => {
    if (post === null) return null;
    const { accountId, self, state, discoverable, follows, muted, repostsHidden } = post.relation;
    return {
      view: post.view,
      relation: { accountId, self, state, discoverable, follows, muted, repostsHidden },
      original: post.original?.id ?? null,
      quoted: post.quoted?.id ?? null,
    };
  });

const prove = (
  name: string,
  openDatabase: () => Promise<{ readonly a: Postgres; close(): Promise<void> }>,
) => {
  const runs = worldRuns(`hydration, ${name}`, 40);
  let database: { readonly a: Postgres; close(): Promise<void> };
  let storage: Storage;
  let cold: PostViewReader;
  let space = 0;
  beforeAll(async () => {
    database = await openDatabase();
    storage = createPostgresStorage({ postgres: database.a, clock, ids: createIds({ clock, node: 1 }) });
    cold = createPostgresPostViews({ db: database.a.db, clock, fragmentBytes: 0 });
  });
  afterAll(() => database?.close());

  it(
    'gives what the reference gives, word for word, cold and warm, to every viewer of random worlds',
    async () => {
      await fc.assert(
        fc.asyncProperty(worlds(NOW), async (random) => {
          const world = inSpace(random, ++space);
          const memory = createMemoryStorage({ clock, ids: createIds({ clock, node: 1 }) });
          for (const back of [memory, storage]) {
            await loadWorld(back.unitOfWork, world);
            await enliven(back, world);
          }
          const ids = [...world.posts.map(({ id }) => id), '5', world.posts[0]?.id ?? ''];
          const viewers = [null, ...world.accounts.map(({ id }) => id)];
          const expected = new Map<Viewer, unknown>();
          for (const viewer of viewers) {
            const seen = await seenBy(memory.readers.postViews, viewer, ids);
            expected.set(viewer, seen);
            expect(await seenBy(cold, viewer, ids)).toEqual(seen);
            expect(await seenBy(storage.readers.postViews, viewer, ids)).toEqual(seen);
            expect(await seenBy(storage.readers.postViews, viewer, ids)).toEqual(seen);
          }
          // Everybody at once, each for a part of the page: questions that wait go together.
          const crowd = [...viewers, ...viewers, ...viewers];
          const parts = crowd.map((_, n) =>
            n % 3 === 0 ? ids : ids.filter((_id, at) => (at + n) % 2 === 0),
          );
          const answers = await Promise.all(
            crowd.map((viewer, n) => seenBy(storage.readers.postViews, viewer, parts[n] ?? [])),
          );
          for (const [n, viewer] of crowd.entries())
            expect(answers[n]).toEqual(
              (expected.get(viewer) as unknown[]).filter((_, at) => n % 3 === 0 || (at + n) % 2 === 0),
            );
        }),
        runs,
      );
    },
    runs.timeoutMs * 2,
  );
};

describe('hydration, embedded', () => prove('PGlite', openMigratedPglite));
describePostgres('hydration on a server', (server) =>
  prove('PostgreSQL', () => openMigratedPostgres(server)),
);
