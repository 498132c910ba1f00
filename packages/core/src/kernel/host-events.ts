import { EventEmitter } from 'eventemitter3';
import type { AnyEvent, EventType, SocialEvent } from './events.js';
import type { Logger } from './runtime.js';

/**
 * Host listeners: called in the process that committed, after the commit, in commit order of that process.
 * A convenience, not a delivery: a process that dies between commit and call loses the call. For work that must
 * happen, register a durable subscriber.
 */
export interface HostEvents {
  /** @returns a function that removes the listener. A listener that throws is logged and harms nobody. */
  on<T extends EventType>(type: T, listener: (event: SocialEvent<T>) => void | Promise<void>): () => void;
  /** Called by the unit of work after a commit. */
  emit(events: readonly AnyEvent[]): void;
}

export function createHostEvents(logger: Logger): HostEvents {
  const emitter = new EventEmitter<Record<string, [unknown]>>();
  return {
    on(type, listener) {
      const guarded = (event: unknown) => {
        const failed = (error: unknown) => logger.error({ err: error, type }, 'a host listener failed');
        try {
          void Promise.resolve(listener(event as Parameters<typeof listener>[0])).catch(failed);
        } catch (error) {
          failed(error);
        }
      };
      emitter.on(type, guarded);
      return () => void emitter.off(type, guarded);
    },
    emit(events) {
      for (const event of events) emitter.emit((event as { type: string }).type, event);
    },
  };
}
