import type { PresenceView } from '@socialkit/chat';
import type { Id } from '@socialkit/core/protocol';
import type { Hint, RealtimeClient } from '../realtime/realtime-client.js';

/** The accounts whose presence a screen shows. */
export interface PresenceWatch {
  /** What is known of each account; without an entry until the first snapshot came. */
  readonly states: ReadonlyMap<Id, PresenceView>;
  /** Watches these accounts and no others; at most 200. */
  watch(userIds: readonly Id[]): void;
  /** Watches nobody. */
  close(): void;
}

const isView = (item: unknown): item is PresenceView =>
  typeof item === 'object' && item !== null && 'userId' in item && 'state' in item;

/**
 * Keeps the presence of the accounts on a screen: a snapshot with every list and every connection, then each change. Hints may
 * be dropped for a client that does not read; the next snapshot puts right what was missed.
 */
export function watchPresence(
  client: Pick<RealtimeClient, 'watch' | 'onHint'>,
  userIds: readonly Id[],
  changed: () => void = () => {},
): PresenceWatch {
  let watched = new Set<Id>();
  let states: ReadonlyMap<Id, PresenceView> = new Map();
  const become = (next: ReadonlyMap<Id, PresenceView>) => {
    states = next;
    changed();
  };
  const end = client.onHint(({ from, type, data }: Hint) => {
    if (from !== 'presence') return;
    if (type === 'presence.snapshot' && Array.isArray(data.items)) {
      const items = (data.items as unknown[]).filter(isView).filter(({ userId }) => watched.has(userId));
      become(new Map(items.map((item) => [item.userId, item])));
    } else if (type === 'presence.changed' && isView(data) && watched.has(data.userId)) {
      // When who went was last here, the next snapshot says, and `presence.get`.
      const { userId, state } = data;
      become(new Map(states).set(userId, { userId, state, lastSeenAt: null }));
    }
  });
  const watch = (ids: readonly Id[]) => {
    watched = new Set(ids);
    states = new Map([...states].filter(([id]) => watched.has(id)));
    client.watch({ presence: ids });
  };
  watch(userIds);
  return {
    get states() {
      return states;
    },
    watch,
    close() {
      end();
      client.watch({ presence: [] });
    },
  };
}
