import { presenceStoreSuite, presenceWorldsSuite } from '@socialkit/chat/testing';
import { createIds, systemClock } from '@socialkit/core';
import { describeRedis, describeRedisCluster } from '@socialkit/test-services/vitest';
import type { Cluster, Redis } from 'ioredis';
import { openRedisLink, type RedisLink } from '../connection.js';
import { createRedisPresence } from './presence.js';

type Endpoint = { readonly url: string } | { readonly nodes: readonly string[] };
let opened = 0;

const nodesOf = (link: RedisLink) =>
  link.run(async (client) => (link.cluster ? (client as Cluster).nodes('master') : [client as Redis]));

/** The clock of Redis cannot be set: everything it has written down is moved the other way. */
async function elapse(link: RedisLink, ms: number): Promise<void> {
  for (const node of await nodesOf(link))
    for (const key of await node.keys(`${link.prefix}*`)) {
      const type = await node.type(key);
      if (type === 'hash') await node.hincrby(key, 'at', -ms);
      if (type === 'zset') {
        const members = await node.zrange(key, '0', '-1', 'WITHSCORES');
        for (let i = 0; i < members.length; i += 2) {
          const score = Number(members[i + 1]);
          await node.zadd(key, String(score > 0 ? score - ms : score + ms), members[i] as string);
        }
      }
      const left = await node.pttl(key);
      if (left > 0 && ms > 0) await node.pexpire(key, Math.max(1, Math.round(left - ms)));
    }
}

const open = (endpoint: Endpoint, prefix: string) => async () => {
  const own = `${prefix}${opened++}:`;
  const links = [0, 1].map(() =>
    openRedisLink('realtime', { ...endpoint, prefix: own, deadlineMs: 5000, checkSlots: true }),
  ) as [RedisLink, RedisLink];
  const [a, b] = links.map((link) => createRedisPresence({ link })) as [
    ReturnType<typeof createRedisPresence>,
    ReturnType<typeof createRedisPresence>,
  ];
  return {
    a,
    b,
    ids: createIds({ clock: systemClock, node: 3 }),
    elapse: (ms: number) => elapse(links[0], ms),
    size: async () => {
      const found = await Promise.all((await nodesOf(links[0])).map((node) => node.keys(`${own}*`)));
      return found.flat().length;
    },
    close: async () => {
      await Promise.all([a.close(), b.close()]);
      await Promise.all(links.map((link) => link.close()));
    },
  };
};

describeRedis('presence on Redis', ({ url, prefix }) => {
  presenceStoreSuite('Redis', open({ url }, prefix));
  presenceWorldsSuite('Redis', open({ url }, prefix));
});

describeRedisCluster('presence on a Redis Cluster', ({ nodes, prefix }) => {
  presenceStoreSuite('Redis Cluster', open({ nodes }, prefix));
  presenceWorldsSuite('Redis Cluster', open({ nodes }, prefix));
});
