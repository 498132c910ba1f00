import { type Id, idSchema, type Logger, type RealtimeTransport } from '@socialkit/core';
import { z } from 'zod';
import { PRESENCE_PARTITIONS, presencePartition } from './partition.js';

/** A transport that may say when messages were lost. */
export type PresenceTransport = RealtimeTransport & { onGap?(listener: () => void): () => void };

/** Why somebody should look again. */
export type ChangeKind = 'state' | 'access';

const hintSchema = z.strictObject({
  k: z.enum(['state', 'access']),
  u: z.array(idSchema).min(1),
});

/** Tells the processes of a platform that the presence of accounts may have changed. Hints: whoever hears them looks for himself. */
export interface PresenceChanges {
  /** @param kind `access` when rather who may see it has changed */
  tell(userIds: readonly Id[], kind: ChangeKind): void;
  /** Hears of changes of these accounts from now on, on this node. Resolves when it does. */
  follow(userIds: readonly Id[]): Promise<void>;
  close(): Promise<void>;
}

/** Accounts named in one message. */
const MOST = 500;

/**
 * One channel a partition, subscribed to with the first account of it that anybody here watches.
 * @param deps.heard called with accounts of followed partitions, also with some that nobody watches
 */
export function createPresenceChanges(deps: {
  readonly transport: PresenceTransport;
  readonly heard: (userIds: readonly Id[], kind: ChangeKind) => void;
  readonly logger: Logger;
}): PresenceChanges {
  const { transport, heard, logger } = deps;
  const followed = new Map<number, Promise<() => Promise<void>>>();
  const channel = (partition: number) => `presence.${partition}`;
  let closed = false;

  const hear = (message: string) => {
    try {
      const { k, u } = hintSchema.parse(JSON.parse(message));
      heard(u, k);
    } catch (error) {
      logger.debug({ err: error }, 'a hint about presence was not understood');
    }
  };
  return {
    tell(userIds, kind) {
      if (closed) return;
      const parts = Array.from({ length: PRESENCE_PARTITIONS }, (): Id[] => []);
      for (const userId of userIds) parts[presencePartition(userId)]?.push(userId);
      for (const [partition, part] of parts.entries())
        for (let at = 0; at < part.length; at += MOST)
          void transport.publish(
            channel(partition),
            JSON.stringify({ k: kind, u: part.slice(at, at + MOST) }),
          );
    },
    async follow(userIds) {
      if (closed) return;
      const partitions = new Set(userIds.map(presencePartition));
      await Promise.all(
        [...partitions].map((partition) => {
          const held = followed.get(partition);
          if (held) return held;
          const subscribed = transport.subscribe(channel(partition), hear);
          followed.set(partition, subscribed);
          subscribed.catch(() => followed.delete(partition));
          return subscribed;
        }),
      );
    },
    async close() {
      closed = true;
      const ends = await Promise.allSettled(followed.values());
      followed.clear();
      for (const end of ends) if (end.status === 'fulfilled') await end.value();
    },
  };
}
