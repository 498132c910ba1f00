import type { Id, Logger } from '@socialkit/core';

/** Remembers when accounts were last connected, each at most once a period. */
export interface Sightings {
  /** @param at Unix milliseconds */
  note(userIds: readonly Id[], at: number): void;
  /** Writes what is due. */
  pass(): Promise<void>;
  /** Writes everything that waits. */
  flush(): Promise<void>;
}

/** Accounts written by one statement. */
const BATCH = 500;

/**
 * The first sighting of an account is written with the next pass; further ones wait until the period is over, and the latest is
 * written then.
 * @param deps.now monotonic milliseconds
 */
export function createSightings(deps: {
  readonly write: (sightings: readonly { readonly userId: Id; readonly at: number }[]) => Promise<void>;
  readonly now: () => number;
  readonly periodMs: number;
  readonly logger: Logger;
}): Sightings {
  const { write, now, periodMs, logger } = deps;
  const waiting = new Map<Id, number>();
  /** When each was written last; in the order of that. */
  const written = new Map<Id, number>();

  const writeAll = async (userIds: readonly Id[]) => {
    for (let from = 0; from < userIds.length; from += BATCH) {
      const batch = userIds.slice(from, from + BATCH).flatMap((userId) => {
        const at = waiting.get(userId);
        return at === undefined ? [] : [{ userId, at }];
      });
      try {
        await write(batch);
      } catch (error) {
        logger.warn({ err: error }, 'when accounts were last seen could not be written; trying again');
        return;
      }
      for (const { userId, at } of batch) {
        if (waiting.get(userId) === at) waiting.delete(userId);
        written.delete(userId);
        written.set(userId, now());
      }
    }
  };
  let running: Promise<void> | null = null;
  const alone = (userIds: () => readonly Id[]): Promise<void> => {
    running = (running ?? Promise.resolve()).then(() => writeAll(userIds()));
    return running;
  };

  return {
    note(userIds, at) {
      for (const userId of userIds) waiting.set(userId, Math.max(at, waiting.get(userId) ?? 0));
    },
    pass() {
      const at = now();
      for (const [userId, when] of written) {
        if (at - when < periodMs) break;
        written.delete(userId);
      }
      return alone(() => [...waiting.keys()].filter((userId) => !written.has(userId)));
    },
    flush: () => alone(() => [...waiting.keys()]),
  };
}
