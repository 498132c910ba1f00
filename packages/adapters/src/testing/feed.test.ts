import type { OpenBackend } from '@socialkit/core/testing';
import { createMemoryTimelines } from '@socialkit/feed';
import { deliverySuite, type FeedGround, feedTruthSuite, feedWorldsSuite } from '@socialkit/feed/testing';
import { sql } from 'kysely';
import { createPostgresTimelines } from '../postgres/feed/timelines.js';
import type { Storage } from '../storage.js';
import { type Backend, describeBackends, type OpenStorage } from './backends.js';

const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** A back-end as the ground of a sample world. */
async function openGround(backend: Backend): Promise<FeedGround & { readonly opened: OpenStorage }> {
  const opened: OpenBackend<Storage> & OpenStorage = await backend.open();
  const { a, clock, ids, postgres } = opened;
  if (!postgres) throw new Error('the memory back-end has worlds of its own');
  return {
    opened,
    unitOfWork: a.unitOfWork,
    readers: a.readers,
    jobs: a.jobs,
    subscriptions: a.subscriptions,
    feed: a.feed,
    clock,
    ids,
    onCommit: (listener) => a.onCommit(listener),
    async rows(table) {
      const { rows } = await sql<Record<string, unknown>>`SELECT * FROM ${sql.table(table)}`.execute(
        postgres.a.db,
      );
      return rows.map((row) =>
        Object.fromEntries(Object.entries(row).map(([name, value]) => [camel(name), value])),
      );
    },
    close: () => opened.close(),
  };
}

const SHORT = { keep: 8, slack: 3 };
const options = { timelineLength: 8, outboxDepth: 4, maxMerged: 3 } as const;

describeBackends('the feed', (backend) => {
  deliverySuite(backend);
  feedTruthSuite(backend);
  if (backend.kind === 'memory') return;
  const open = () => openGround(backend);
  feedWorldsSuite(
    {
      name: `${backend.name}, timelines as rows, by decision`,
      open,
      options,
      over: async (ground) => {
        const { postgres } = (ground as Awaited<ReturnType<typeof open>>).opened;
        return postgres
          ? { timelines: createPostgresTimelines({ db: postgres.a.db, clock: ground.clock }, SHORT) }
          : {};
      },
      flush: async (ground) => {
        const { postgres } = (ground as Awaited<ReturnType<typeof open>>).opened;
        await postgres?.a.pool.query('TRUNCATE feed_timelines, feed_entries');
      },
    },
    backend.kind === 'pglite' ? 3 : 8,
  );
  feedWorldsSuite({ name: `${backend.name}, all pulled`, open, options: { ...options, rule: 'pull' } }, 3);
  feedWorldsSuite(
    {
      name: `${backend.name}, timelines in the process, all pushed`,
      open,
      options: { ...options, rule: 'push' },
      over: async ({ clock }) => ({ timelines: createMemoryTimelines({ clock }, SHORT) }),
    },
    3,
  );
});
