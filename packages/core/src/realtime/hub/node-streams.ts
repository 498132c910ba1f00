import { createBatch } from '../../kernel/batch.js';
import type { Id } from '../../kernel/ids.js';
import {
  bareFrame,
  type EventEnvelope,
  type Frame,
  frameOf,
  type HintEnvelope,
  isOwnMessage,
  parseMessage,
} from '../envelope.js';
import { parseStreamName, type StreamKind, type StreamName } from '../streams.js';
import { type Ground, RUSH_MS, sourceOf } from './ground.js';
import type { Replays } from './replays.js';
import type { NodeStream, Subscription } from './types.js';

/** Events held before their turn at most; beyond it they are read from the database. */
const MAX_HELD = 1000;
/** Events read at a time to fill a hole. */
const CHUNK = 500;
const RETRY_MS = 1000;

/** The streams somebody on this node follows. */
export interface NodeStreams {
  readonly all: ReadonlyMap<StreamName, NodeStream>;
  /** The stream, made when it is not there; see {@link open}. */
  of(name: StreamName): NodeStream;
  /** Listens to its channel and learns its head. Rejects when one of them fails; asking again tries again. */
  open(stream: NodeStream): Promise<void>;
  /** Heads of streams, asked of the database together with other questions of this turn. */
  headOf(stream: NodeStream): Promise<number | undefined>;
  /** An event from anywhere: delivers it in its turn, once. */
  accept(stream: NodeStream, event: EventEnvelope): void;
  /** A hint from anywhere. */
  hint(stream: NodeStream, hint: HintEnvelope): void;
  /** Delivers everything up to `upTo`, reading what no message told. */
  repair(stream: NodeStream, upTo: number): Promise<void>;
  /** Tells every follower to reload, and goes on behind `head`. */
  reset(stream: NodeStream, head: number): void;
  /** Forgets streams nobody follows any more. @param now monotonic milliseconds; Infinity forgets all of them */
  sweep(now: number): void;
}

/** What a viewer gets of an event. */
export const withheldFrom = (
  event: EventEnvelope,
  { client, withheld, withheldItem }: Subscription,
): boolean => {
  const { viewer } = client;
  return (
    event.offset <= withheld ||
    (event.item > 0 && event.item <= withheldItem) ||
    (event.by !== null && event.by !== viewer.id && viewer.blocked.has(event.by)) ||
    (event.only !== null && !event.only.has(viewer.id))
  );
};

/** @internal @param onEnds hears of accounts that may not read past the event just delivered */
export function createNodeStreams(
  ground: Ground,
  replays: Replays,
  onEnds: (stream: NodeStream, accountIds: readonly Id[]) => void,
): NodeStreams {
  const { counts, transport, tail, options } = ground;
  const streams = new Map<StreamName, NodeStream>();
  const heads = new Map<StreamKind, (id: Id) => Promise<number | undefined>>();

  const headOf = ({ kind, id }: NodeStream): Promise<number | undefined> => {
    let ask = heads.get(kind);
    if (!ask) {
      ask = createBatch(
        async (ids: readonly Id[]) => {
          const found = await sourceOf(ground, kind).heads([...new Set(ids)]);
          return ids.map((of) => found.get(of));
        },
        { rushMs: RUSH_MS },
      );
      heads.set(kind, ask);
    }
    return ask(id);
  };

  const deliver = (stream: NodeStream, event: EventEnvelope): void => {
    stream.next = event.offset + 1;
    if (event.rewrites) replays.forget(stream);
    let bare: Frame | undefined;
    for (const subscription of stream.live) {
      subscription.cursor = event.offset;
      if (withheldFrom(event, subscription)) {
        bare ??= bareFrame(stream.name, event);
        subscription.client.sink.event(bare);
      } else subscription.client.sink.event(event.frame);
    }
    counts.delivered += stream.live.size;
    if (event.ends.length > 0) onEnds(stream, event.ends);
  };

  const drain = (stream: NodeStream): void => {
    for (let event = stream.held.get(stream.next); event; event = stream.held.get(stream.next)) {
      stream.held.delete(event.offset);
      deliver(stream, event);
    }
    if (stream.held.size > 0) {
      for (const offset of stream.held.keys()) if (offset < stream.next) stream.held.delete(offset);
    }
    if (stream.held.size === 0 && stream.repairTimer) {
      clearTimeout(stream.repairTimer);
      stream.repairTimer = null;
    }
  };

  const later = (stream: NodeStream, ms: number): void => {
    if (stream.repairTimer || ground.closed) return;
    stream.repairTimer = setTimeout(() => {
      stream.repairTimer = null;
      if (stream.held.size > 0) void repair(stream, Math.max(...stream.held.keys()));
    }, ms);
    stream.repairTimer.unref();
  };

  const accept = (stream: NodeStream, event: EventEnvelope): void => {
    if (event.epoch !== ground.epoch) return;
    if (stream.next !== 0 && event.offset < stream.next) {
      counts.duplicates++;
      return;
    }
    if (stream.next !== 0 && event.offset === stream.next) {
      deliver(stream, event);
      drain(stream);
      return;
    }
    if (stream.held.size >= MAX_HELD) {
      // The newest says how far to read; the rest is in the database.
      const newest = Math.max(event.offset, ...stream.held.keys());
      stream.held.clear();
      if (stream.next !== 0) void repair(stream, newest);
      return;
    }
    if (stream.held.has(event.offset)) counts.duplicates++;
    stream.held.set(event.offset, event);
    if (stream.next !== 0) later(stream, options.holdMs);
  };

  const fill = async (stream: NodeStream, upTo: number): Promise<void> => {
    counts.repairs++;
    while (stream.next <= upTo && !ground.closed && streams.get(stream.name) === stream) {
      const from = stream.next;
      let until = Math.min(upTo, from + CHUNK - 1);
      // Only the hole: what is behind it came already.
      for (const offset of stream.held.keys()) if (offset > from && offset <= until) until = offset - 1;
      const replay = await replays.read(stream, from - 1, until);
      if (replay === null) {
        const head = await headOf(stream);
        reset(stream, Math.max(head ?? 0, stream.next - 1));
        return;
      }
      for (const event of replay.events) {
        if (event.offset !== stream.next) continue;
        counts.repaired++;
        deliver(stream, event);
      }
      drain(stream);
    }
  };

  const repair = (stream: NodeStream, upTo: number): Promise<void> => {
    if (stream.next === 0 || stream.next > upTo) return Promise.resolve();
    const work = (stream.repairing ?? Promise.resolve())
      .then(() => (stream.next <= upTo ? fill(stream, upTo) : undefined))
      .catch((error: unknown) => {
        ground.logger.warn({ err: error, stream: stream.name }, 'a hole in a stream could not be filled');
        later(stream, RETRY_MS);
      })
      .finally(() => {
        if (stream.repairing === work) stream.repairing = null;
      });
    stream.repairing = work;
    return work;
  };

  const gapFrame = (stream: NodeStream, state: 'reset' | 'closed'): Frame =>
    frameOf(
      JSON.stringify({ t: 'gap', s: stream.name, epoch: ground.epoch, offset: stream.next - 1, state }),
    );

  const reset = (stream: NodeStream, head: number): void => {
    stream.next = head + 1;
    replays.forget(stream);
    const frame = gapFrame(stream, 'reset');
    for (const subscription of stream.live) {
      subscription.cursor = head;
      counts.resumes.reset++;
      subscription.client.sink.event(frame);
    }
    drain(stream);
  };

  const hint = (stream: NodeStream, { by, key, frame }: HintEnvelope): void => {
    for (const { client } of stream.live)
      if (by === null || by === client.viewer.id || !client.viewer.blocked.has(by))
        client.sink.hint(frame, key === null ? null : `${stream.name} ${key}`);
  };

  const hear = (stream: NodeStream, message: string): void => {
    if (isOwnMessage(message, ground.origin)) return;
    const parsed = parseMessage(message);
    if (parsed === null) return;
    if (parsed.kind === 'hint') {
      hint(stream, parsed);
      return;
    }
    if (parsed.sentAt > 0) {
      const lag = Math.max(0, ground.clock.now() - parsed.sentAt);
      counts.lag.count++;
      counts.lag.sumMs += lag;
      counts.lag.maxMs = Math.max(counts.lag.maxMs, lag);
    }
    accept(stream, parsed);
  };

  const begin = async (stream: NodeStream): Promise<void> => {
    await ground.begin();
    // First listen, then look: what is told in between is held and sorted out by its offset.
    stream.leave ??= await transport.subscribe(tail.channelOf(stream.name), (message) =>
      hear(stream, message),
    );
    const head = await headOf(stream);
    if (stream.next === 0) stream.next = (head ?? 0) + 1;
    drain(stream);
    if (stream.held.size > 0) later(stream, options.holdMs);
  };

  const forget = (stream: NodeStream): void => {
    streams.delete(stream.name);
    replays.forget(stream);
    if (stream.repairTimer) clearTimeout(stream.repairTimer);
    void stream.leave?.().catch(() => {});
  };

  return {
    all: streams,
    of(name) {
      let stream = streams.get(name);
      if (!stream) {
        const parsed = parseStreamName(name);
        if (!parsed) throw new TypeError(`${name} is no stream`);
        stream = {
          ...parsed,
          name,
          next: 0,
          all: new Set(),
          live: new Set(),
          held: new Map(),
          opening: null,
          repairing: null,
          repairTimer: null,
          idleSince: performance.now(),
          leave: null,
        };
        streams.set(name, stream);
      }
      return stream;
    },
    async open(stream) {
      if (stream.next !== 0) return;
      stream.opening ??= begin(stream).finally(() => {
        stream.opening = null;
      });
      await stream.opening;
    },
    headOf,
    accept,
    hint,
    repair,
    reset,
    sweep(now) {
      for (const stream of streams.values())
        if (stream.all.size === 0 && stream.opening === null)
          if (stream.idleSince !== null && stream.idleSince + options.idleMs <= now) forget(stream);
    },
  };
}
