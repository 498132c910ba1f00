/**
 * Carries messages between the processes of one platform. A hint, never the truth: messages may be lost, doubled or
 * reordered, and the receiver repairs from the database.
 */
export interface RealtimeTransport {
  /** Sends to every subscriber of the channel on every node, this one included. Never throws; a lost message is a lost hint. */
  publish(channel: string, message: string): Promise<void>;
  /** @returns a function that ends the subscription. A listener that throws harms nobody else. */
  subscribe(channel: string, listener: (message: string) => void): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

/** The transport of one process: delivers on the next turn of the event loop. */
export function createMemoryTransport(): RealtimeTransport {
  const channels = new Map<string, Set<(message: string) => void>>();
  return {
    async publish(channel, message) {
      for (const listener of channels.get(channel) ?? []) {
        setImmediate(() => {
          try {
            listener(message);
          } catch {
            // Hints are best effort: one broken listener must not starve the others.
          }
        });
      }
    },
    async subscribe(channel, listener) {
      const listeners = channels.get(channel) ?? new Set();
      // A wrapper of its own, so that one function can be subscribed twice and each ended by itself.
      const own = (message: string) => listener(message);
      channels.set(channel, listeners.add(own));
      return async () => {
        listeners.delete(own);
        if (listeners.size === 0 && channels.get(channel) === listeners) channels.delete(channel);
      };
    },
    async close() {
      channels.clear();
    },
  };
}
