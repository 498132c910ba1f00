import type { ClientEvent } from '../realtime/followed-stream.js';
import type { RealtimeClient } from '../realtime/realtime-client.js';

/** Who wants to hear what happens to the account itself. */
export interface OwnListener {
  event?(event: ClientEvent): void;
  /** Events may have been missed: what rests on them is read again. Also called at the beginning of listening. */
  reload?(): Promise<void> | void;
}

/** The account's own stream, followed once for all parts of the chat. */
export interface OwnStream {
  /** @returns a function that ends it */
  listen(listener: OwnListener): () => void;
}

/**
 * Follows `user:<own id>` while somebody listens. The application hears of it through the chat, as a stream is followed once.
 * @param error told what listeners throw, and when the stream cannot be followed
 */
export function createOwnStream(
  client: Pick<RealtimeClient, 'ready' | 'follow'>,
  error: (error: unknown) => void,
): OwnStream {
  const listeners = new Set<OwnListener>();
  let opening = false;
  let unfollow: (() => void) | null = null;

  const event = (told: ClientEvent) => {
    for (const listener of listeners)
      try {
        listener.event?.(told);
      } catch (thrown) {
        error(thrown);
      }
  };
  const open = async () => {
    const userId = await client.ready();
    if (listeners.size === 0 || unfollow !== null) return;
    unfollow = client.follow(`user:${userId}`, {
      async load() {
        await Promise.all([...listeners].map(({ reload }) => reload?.()));
        return undefined;
      },
      event,
    });
  };
  return {
    listen(listener) {
      listeners.add(listener);
      if (unfollow !== null) Promise.resolve(listener.reload?.()).catch(error);
      if (unfollow === null && !opening) {
        opening = true;
        open()
          .catch(error)
          .finally(() => {
            opening = false;
          });
      }
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        unfollow?.();
        unfollow = null;
      };
    },
  };
}
