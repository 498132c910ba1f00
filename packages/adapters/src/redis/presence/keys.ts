import { presencePartition } from '@socialkit/chat';
import type { Id } from '@socialkit/core';
import type { RedisLink } from '../connection.js';

/** Names of the keys of presence. Everything of one partition shares a slot, and so does everything about nodes. */
export interface PresenceKeys {
  /** Sorted set: an incarnation, and when its lease ends by the clock of Redis; negative once it has ended. */
  readonly leases: string;
  /** Hash: when anybody renewed last, and how many interruptions there were. */
  readonly clock: string;
  /** The process that removes what dead nodes left. */
  readonly reaper: string;
  /** Sorted set: an incarnation with a device and its state, and when this lapses. */
  user(userId: Id): string;
  /** Set: the accounts of one partition that have an entry of a node. */
  index(partition: number, incarnation: string): string;
}

export const createPresenceKeys = (link: Pick<RedisLink, 'key'>): PresenceKeys => ({
  leases: link.key('ps:{nodes}:leases'),
  clock: link.key('ps:{nodes}:clock'),
  reaper: link.key('ps:{nodes}:reaper'),
  user: (userId) => link.key(`ps:{${presencePartition(userId)}}:u:${userId}`),
  index: (partition, incarnation) => link.key(`ps:{${partition}}:n:${incarnation}`),
});
