import { createJobQueue, type JobQueue, type JobStore, type Runtime, SocialError } from '@socialkit/core';
import type { RedisLinks } from '../redis/connection.js';
import type { SocialKitOptions } from './options.js';

/**
 * The engine that hands due jobs to workers. Whatever it is, the rows in the database stay the truth.
 * @throws setup.redis_missing (validation) for BullMQ without Redis
 */
export async function openJobQueue(
  { jobs = 'database' }: Pick<SocialKitOptions, 'jobs'>,
  deps: { readonly store: JobStore; readonly redis: RedisLinks | null; readonly runtime: Runtime },
): Promise<JobQueue> {
  const { store, redis } = deps;
  const { clock, logger, tracer } = deps.runtime;
  if (jobs === 'database') return createJobQueue({ store, clock, logger, tracer });
  if (redis === null)
    throw new SocialError(
      'validation',
      'setup.redis_missing',
      "jobs: 'bullmq' needs the option redis as well",
    );
  const { createBullmqJobQueue } = await import('../bullmq/index.js');
  return createBullmqJobQueue({ store, clock, logger, tracer, link: redis.jobs });
}
