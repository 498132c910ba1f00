import type { Id } from '@socialkit/core';

/**
 * Parts the accounts of a platform are divided into for presence: entries of one part are refreshed together, their changes
 * travel on one channel, and on a Redis Cluster they share a slot. At the default times one part is refreshed with every
 * renewal of the lease.
 */
export const PRESENCE_PARTITIONS = 48;

/** The part of an account, from 0. FNV-1a: ids of one second differ in their last digits only. */
export function presencePartition(userId: Id): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < userId.length; i++) hash = Math.imul(hash ^ userId.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % PRESENCE_PARTITIONS;
}
