import { noTracer, silentLogger } from '@socialkit/core';
import { jobQueueSuite, type SuiteBackend } from '@socialkit/core/testing';
import { describeRedis, describeRedisCluster } from '@socialkit/test-services/vitest';
import type { RedisEndpoint } from '../redis/client.js';
import { openRedisLink } from '../redis/connection.js';
import { describeBackends, memoryBackend } from '../testing/backends.js';
import { createBullmqJobQueue } from './job-queue.js';

let opened = 0;

/** Runs the suite of job engines. Each test has keys of its own: what the one before left in Redis has lost its rows. */
function suiteOn(name: string, endpoint: RedisEndpoint, prefix: string, backend: SuiteBackend): void {
  const fresh: SuiteBackend = {
    ...backend,
    open: () => {
      opened++;
      return backend.open();
    },
  };
  jobQueueSuite(fresh, {
    name,
    create: ({ store, clock }) =>
      createBullmqJobQueue({
        store,
        clock,
        logger: silentLogger,
        tracer: noTracer,
        link: openRedisLink('jobs', { ...endpoint, prefix: `${prefix}${opened}:` }),
      }),
  });
}

describeRedis('jobs through BullMQ', ({ url, prefix }) => {
  describeBackends('over the rows of a storage', (backend) => suiteOn('BullMQ', { url }, prefix, backend));
});

describeRedisCluster('jobs through BullMQ', ({ nodes, prefix }) => {
  suiteOn('BullMQ on a Cluster', { nodes }, prefix, memoryBackend);
});
