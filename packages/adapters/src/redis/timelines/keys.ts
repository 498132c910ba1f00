import type { Id } from '@socialkit/core';
import type { RedisLink } from '../connection.js';
import { hashId } from './hash-id.js';

/** Hash-tag buckets on a Cluster: enough to spread, few enough that a call still carries many keys. */
export const BUCKETS = 256;

/** Names of the keys of timelines. */
export interface TimelineKeys {
  /** How many buckets there are: 1 on a single node, where every key may stand beside every other. */
  readonly buckets: number;
  /** @param hash of the user's id, see `hash-id.ts` */
  bucketOfHash(hash: number): number;
  bucketOf(userId: Id): number;
  /** What stands before the user's id in the key of a timeline. */
  start(bucket: number): string;
  timeline(userId: Id): string;
  /** The newest id ever put into a timeline of a bucket. */
  newest(bucket: number): string;
  /** Who became active lately. */
  readonly log: string;
  /** A SCAN pattern for the keys of timelines. */
  readonly pattern: string;
  /** The user of a key that matches `pattern`. */
  userOf(key: string): Id;
}

/** On a single node `tl:<user>`, on a Cluster `tl:{bucket}:<user>`, behind the link's prefix. */
export function createTimelineKeys(link: Pick<RedisLink, 'cluster' | 'key'>): TimelineKeys {
  const buckets = link.cluster ? BUCKETS : 1;
  const all = link.key('tl:');
  const starts = Array.from({ length: buckets }, (_, bucket) => (buckets === 1 ? all : `${all}{${bucket}}:`));
  const start = (bucket: number) => starts[bucket] ?? all;
  const bucketOfHash = (hash: number) => (buckets === 1 ? 0 : hash & (BUCKETS - 1));
  const bucketOf = (userId: Id) => (buckets === 1 ? 0 : bucketOfHash(hashId(userId)));
  return {
    buckets,
    bucketOfHash,
    bucketOf,
    start,
    timeline: (userId) => start(bucketOf(userId)) + userId,
    newest: (bucket) => (buckets === 1 ? link.key('tn') : link.key(`tn:{${bucket}}`)),
    log: link.key('ta'),
    pattern: `${all.replace(/[\\*?[\]]/g, '\\$&')}*`,
    userOf: (key) => key.slice(key.lastIndexOf(':') + 1),
  };
}
