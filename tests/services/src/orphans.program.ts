// Starts servers and waits to be killed: the test looks whether they survive it.
import { startPostgres } from './postgres.js';
import { startRedis } from './redis.js';

const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
process.send?.({ pids: [postgres.pid, redis.pid] });
setInterval(() => {}, 1_000);
