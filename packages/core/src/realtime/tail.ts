import type { StreamName } from './streams.js';
import type { RealtimeTransport } from './transport.js';

/** The newest events of a stream as messages for its channel; offsets ascend. */
export interface TailEntries {
  readonly epoch: string;
  readonly stream: StreamName;
  readonly entries: readonly { readonly offset: number; readonly message: string }[];
  /**
   * Offset of the last entry that changes what is before it: nothing older is given to a replay afterwards, whenever it
   * arrives. Null for none.
   */
  readonly cut: number | null;
}

/**
 * Keeps the newest messages of every stream ready for replays, and sends them to the nodes in the same step. A cache: what it
 * does not hold is read from the database.
 */
export interface StreamTail {
  /** The transport's channel that carries a stream. */
  channelOf(stream: StreamName): string;
  /**
   * Keeps and sends. Entries may come late and out of order; an offset that comes again replaces what was kept for it.
   * Never throws; what is lost is found by the position check.
   */
  append(entries: TailEntries): Promise<void>;
  /**
   * The messages behind `after` up to and including `upTo`, in order.
   * @returns null unless it holds every one of them; never throws
   */
  read(epoch: string, stream: StreamName, after: number, upTo: number): Promise<readonly string[] | null>;
  close(): Promise<void>;
}

/** Events of a stream that are kept at most. */
export const TAIL_LENGTH = 200;
/** Milliseconds after its last event that a stream's tail is kept. */
export const TAIL_MS = 5 * 60_000;
/** Messages that the tail of one process keeps at most, over all streams. */
const MEMORY_MESSAGES = 50_000;

interface Kept {
  readonly messages: Map<number, string>;
  floor: number;
  top: number;
  /** Monotonic milliseconds. */
  touched: number;
}

/**
 * The tail of one process.
 * @param deps.transport carries the messages
 * @param deps.now monotonic milliseconds @default performance.now
 */
export function createMemoryTail(deps: {
  readonly transport: Pick<RealtimeTransport, 'publish'>;
  readonly now?: () => number;
}): StreamTail {
  const now = deps.now ?? (() => performance.now());
  /** The longest untouched first. */
  const tails = new Map<string, Kept>();
  let total = 0;
  const drop = (key: string, kept: Kept) => {
    total -= kept.messages.size;
    tails.delete(key);
  };
  const makeRoom = () => {
    for (const [key, kept] of tails) {
      if (kept.touched >= now() - TAIL_MS && total <= MEMORY_MESSAGES) return;
      drop(key, kept);
    }
  };
  const remove = (kept: Kept, offset: number) => {
    if (kept.messages.delete(offset)) total--;
  };
  const channelOf = (stream: StreamName) => `stream.${stream}`;
  return {
    channelOf,
    async append({ epoch, stream, entries, cut }) {
      const key = `${epoch} ${stream}`;
      const kept = tails.get(key) ?? { messages: new Map<number, string>(), floor: 0, top: 0, touched: 0 };
      tails.delete(key);
      tails.set(key, kept);
      kept.touched = now();
      if (cut !== null && cut > kept.floor) {
        kept.floor = cut;
        for (const offset of kept.messages.keys()) if (offset < cut) remove(kept, offset);
      }
      for (const { offset, message } of entries) {
        kept.top = Math.max(kept.top, offset);
        if (offset < kept.floor || offset <= kept.top - TAIL_LENGTH) continue;
        remove(kept, offset);
        kept.messages.set(offset, message);
        total++;
      }
      for (const offset of kept.messages.keys()) if (offset <= kept.top - TAIL_LENGTH) remove(kept, offset);
      makeRoom();
      const channel = channelOf(stream);
      for (const { message } of entries) await deps.transport.publish(channel, message);
    },
    async read(epoch, stream, after, upTo) {
      const kept = tails.get(`${epoch} ${stream}`);
      if (!kept || kept.touched < now() - TAIL_MS) return upTo <= after ? [] : null;
      const found: string[] = [];
      for (let offset = after + 1; offset <= upTo; offset++) {
        const message = kept.messages.get(offset);
        if (message === undefined) return null;
        found.push(message);
      }
      return found;
    },
    async close() {
      tails.clear();
      total = 0;
    },
  };
}
