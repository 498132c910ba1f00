import { type EventEnvelope, envelopeOf, parseMessage } from '../envelope.js';
import type { Authors } from './authors.js';
import { type Ground, sourceOf } from './ground.js';
import type { NodeStream } from './types.js';

/** Milliseconds that a replay is kept for others who ask for the same. */
const SHARED_MS = 2000;

/** Events read again, and where they came from. */
export interface Replay {
  readonly events: readonly EventEnvelope[];
  readonly from: 'tail' | 'source';
}

/** Reads what a stream has told before. */
export interface Replays {
  /**
   * Every event behind `after` up to and including `upTo`, as they may be told now.
   * @returns null when the log does not reach back so far
   */
  read(stream: NodeStream, after: number, upTo: number): Promise<Replay | null>;
  /** What was read a while ago, as it may be told now. */
  asOfNow(events: readonly EventEnvelope[]): Promise<readonly EventEnvelope[]>;
  /** Something changed what was read: nobody gets the old form. */
  forget(stream: NodeStream): void;
}

interface Shared {
  readonly after: number;
  readonly upTo: number;
  readonly until: number;
  readonly replay: Promise<Replay | null>;
}

/** @internal */
export function createReplays(ground: Ground, authors: Authors): Replays {
  const shared = new Map<NodeStream, Shared>();

  const fetch = async (stream: NodeStream, after: number, upTo: number): Promise<Replay | null> => {
    const { epoch, tail } = ground;
    const messages = await tail.read(epoch, stream.name, after, upTo);
    if (messages) {
      const events = messages.flatMap((message) => {
        const parsed = parseMessage(message);
        return parsed?.kind === 'event' ? [parsed] : [];
      });
      if (events.length === upTo - after && events.every(({ offset }, i) => offset === after + 1 + i))
        return { events, from: 'tail' };
    }
    const found = await sourceOf(ground, stream.kind).after(stream.id, after, upTo - after);
    if (found === null || found.length < upTo - after) return null;
    if (found.some(({ offset }, i) => offset !== after + 1 + i)) return null;
    return { events: found.map((event) => envelopeOf(epoch, event)), from: 'source' };
  };

  const sweep = (now: number) => {
    for (const [stream, { until }] of shared) if (until <= now) shared.delete(stream);
  };

  const together = async (stream: NodeStream, after: number, upTo: number): Promise<Replay | null> => {
    const now = performance.now();
    const known = shared.get(stream);
    if (known && known.until > now && known.after <= after && known.upTo >= upTo) {
      const replay = await known.replay;
      if (replay) return { ...replay, events: replay.events.slice(after - known.after, upTo - known.after) };
    }
    sweep(now);
    const replay = fetch(stream, after, upTo);
    shared.set(stream, { after, upTo, until: now + SHARED_MS, replay });
    replay.catch(() => shared.delete(stream));
    return replay;
  };

  return {
    async read(stream, after, upTo) {
      if (upTo <= after) return { events: [], from: 'tail' };
      const replay = await together(stream, after, upTo);
      return replay && { ...replay, events: await authors.withhold(replay.events) };
    },
    asOfNow: authors.withhold,
    forget: (stream) => void shared.delete(stream),
  };
}
