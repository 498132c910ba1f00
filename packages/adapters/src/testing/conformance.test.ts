import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  conversationsSuite,
  linksSuite,
  membersSuite,
  messageAsidesSuite,
  messageStoresSuite,
  presenceRecordsSuite,
  receiptStoresSuite,
} from '@socialkit/chat/testing';
import {
  accountsSuite,
  analyticsModelSuite,
  analyticsSuite,
  auditSuite,
  commentsSuite,
  countersSuite,
  factsSuite,
  graphFollowsSuite,
  graphLimitsSuite,
  graphModelSuite,
  graphRequestsSuite,
  graphTopicsSuite,
  idempotencySuite,
  jobQueueSuite,
  jobsSuite,
  measuresSuite,
  outboxSuite,
  postSharesSuite,
  postSkeletonsSuite,
  postsSuite,
  postViewsSuite,
  reactionsSuite,
  realtimeStoresSuite,
  searchSuite,
  unitOfWorkSuite,
} from '@socialkit/core/testing';
import {
  interestsSuite,
  itemStoreSuite,
  modelStoreSuite,
  peopleStoresSuite,
  rankingStoresSuite,
  recommendedPostStoresSuite,
  trendStoresSuite,
} from '@socialkit/feed/testing';
import {
  appealsSuite,
  auditChainSuite,
  casesSuite,
  reportsSuite,
  resultsSuite,
  signalsSuite,
  strikesSuite,
} from '@socialkit/moderation/testing';
import { describe, expect, it } from 'vitest';
import { type Backend, describeBackends } from './backends.js';

/** Every suite of a port that the storage back-ends implement: one line each. */
const SUITES: readonly ((backend: Backend) => void)[] = [
  accountsSuite,
  factsSuite,
  unitOfWorkSuite,
  outboxSuite,
  jobsSuite,
  jobQueueSuite,
  idempotencySuite,
  auditSuite,
  measuresSuite,
  graphFollowsSuite,
  graphRequestsSuite,
  graphLimitsSuite,
  graphTopicsSuite,
  graphModelSuite,
  commentsSuite,
  analyticsSuite,
  analyticsModelSuite,
  reactionsSuite,
  countersSuite,
  postsSuite,
  postSharesSuite,
  postSkeletonsSuite,
  postViewsSuite,
  realtimeStoresSuite,
  presenceRecordsSuite,
  conversationsSuite,
  membersSuite,
  linksSuite,
  messageStoresSuite,
  messageAsidesSuite,
  receiptStoresSuite,
  appealsSuite,
  auditChainSuite,
  strikesSuite,
  rankingStoresSuite,
  recommendedPostStoresSuite,
  peopleStoresSuite,
  trendStoresSuite,
  interestsSuite,
  searchSuite,
  resultsSuite,
  casesSuite,
  reportsSuite,
  modelStoreSuite,
  itemStoreSuite,
  signalsSuite,
];

/** Suites of ports that other adapters implement, and the test files that run each over all of them. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  cacheSuite: ['packages/adapters/src/cache/lru.test.ts', 'packages/adapters/src/redis/cache.test.ts'],
  rateLimiterSuite: [
    'packages/adapters/src/memory/rate-limiter.test.ts',
    'packages/adapters/src/redis/rate-limiter.test.ts',
  ],
  transportSuite: [
    'packages/core/src/realtime/transport.test.ts',
    'packages/adapters/src/redis/transport.test.ts',
  ],
  tailSuite: ['packages/core/src/realtime/tail.test.ts', 'packages/adapters/src/redis/tail/tail.test.ts'],
  streamSourceSuite: ['packages/adapters/src/testing/user-streams.test.ts'],
  timelineSuite: [
    'packages/feed/src/timelines/store.memory.test.ts',
    'packages/adapters/src/postgres/feed/timelines.test.ts',
    'packages/adapters/src/redis/timelines/timelines.test.ts',
  ],
  presenceStoreSuite: [
    'packages/chat/src/presence/store.memory.test.ts',
    'packages/adapters/src/redis/presence/presence.test.ts',
  ],
  presenceWorldsSuite: [
    'packages/chat/src/presence/store.memory.test.ts',
    'packages/adapters/src/redis/presence/presence.test.ts',
  ],
  feedWorldsSuite: ['packages/feed/src/timelines/worlds.test.ts'],
  itemsSuite: ['packages/adapters/src/testing/recommendations.test.ts'],
  peopleSuite: ['packages/adapters/src/testing/recommendations.test.ts'],
  deliverySuite: ['packages/adapters/src/testing/feed.test.ts'],
  messageServiceSuite: ['packages/adapters/src/testing/messages.test.ts'],
  receiptServiceSuite: ['packages/adapters/src/testing/messages.test.ts'],
  messageWorldsSuite: ['packages/adapters/src/testing/messages.test.ts'],
  feedTruthSuite: ['packages/adapters/src/testing/feed.test.ts'],
  detectorSuite: ['packages/moderation/src/suites.test.ts'],
  postHistorySuite: ['packages/moderation/src/suites.test.ts'],
};

describeBackends('conformance', (backend) => {
  for (const suite of SUITES) suite(backend);
});

const root = fileURLToPath(new URL('../../../../', import.meta.url));

async function sourceFiles(pattern: RegExp): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(join(root, 'packages'))) {
    const src = join(root, 'packages', name, 'src');
    const files = await readdir(src, { recursive: true }).catch(() => []);
    found.push(...files.filter((file) => pattern.test(file)).map((file) => join(src, file)));
  }
  return found.sort();
}

describe('the conformance loop', () => {
  it('runs every suite there is', async () => {
    const looped = new Set(SUITES.map((suite) => suite.name));
    const missing: string[] = [];
    for (const file of await sourceFiles(/\.suite\.ts$/)) {
      const text = await readFile(file, 'utf8');
      const names = [...text.matchAll(/^export (?:function|const) (\w+Suite)\b/gm)].map(([, name]) => name);
      if (names.length === 0) missing.push(`${file} exports no …Suite`);
      for (const name of names) {
        if (name === undefined || looped.has(name)) continue;
        const elsewhere = ELSEWHERE[name] ?? [];
        if (elsewhere.length === 0) missing.push(`${name} of ${file}`);
        for (const test of elsewhere)
          if (!(await readFile(join(root, test), 'utf8').catch(() => '')).includes(`${name}(`))
            missing.push(`${name} in ${test}`);
      }
    }
    expect(missing).toEqual([]);
  });

  it('finds a suite beside every port', async () => {
    const folders = new Set((await sourceFiles(/(^|\/)store\.ts$/)).map((file) => dirname(file)));
    const suites = new Set((await sourceFiles(/\.suite\.ts$/)).map((file) => dirname(file)));
    const bare = [...folders].filter((folder) => /\/(core|chat)\/src\//.test(folder) && !suites.has(folder));
    expect(bare).toEqual([]);
  });
});
