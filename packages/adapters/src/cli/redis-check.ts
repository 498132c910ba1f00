import type { Finding } from '../postgres/health-checks.js';

/** Whether Redis answers. @throws whatever ioredis throws, or an error that names the missing package */
export async function redisCheck(url: string): Promise<Finding> {
  const { openRedisLink } = await import('../redis/index.js');
  const link = openRedisLink('cache', { url, deadlineMs: 2000 });
  try {
    const began = performance.now();
    const info = await link.run((client) => client.info('server'));
    const took = (performance.now() - began).toFixed(1);
    const found = /(?:valkey|redis)_version:(\S+)/.exec(String(info))?.[1] ?? 'of unknown version';
    return { name: 'redis', state: 'ok', detail: `Redis ${found}, connected in ${took} ms` };
  } finally {
    await link.close();
  }
}
