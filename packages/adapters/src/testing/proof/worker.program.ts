// A worker of its own: delivers what other processes wrote, until it is killed.
import type { Clock } from '@socialkit/core';
import { createSocialKit } from '../../kit/index.js';
import type { WorkerSettings } from './workers.js';

const { database, redis, shiftMs, feed } = JSON.parse(process.argv[2] ?? '{}') as WorkerSettings;
const clock: Clock = { now: () => Date.now() + shiftMs };
const kit = await createSocialKit({
  database: { url: database, connectionTimeoutMs: 20_000, statementTimeoutMs: 20_000 },
  ...(redis === null ? {} : { redis }),
  clock,
  feed,
  worker: true,
});
process.on('message', async () => {
  await kit.idle(120_000);
  process.send?.({ idle: true });
});
process.send?.({ ready: true });
