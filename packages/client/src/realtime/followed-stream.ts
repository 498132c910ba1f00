import type { ServerFrame, StreamName, StreamPosition } from '@socialkit/core/protocol';

type EvFrame = Extract<ServerFrame, { t: 'ev' }>;

/** One event of a stream, as the application gets it. */
export interface ClientEvent {
  readonly stream: StreamName;
  readonly epoch: string;
  readonly offset: number;
  readonly type: string;
  /** Unix milliseconds. */
  readonly at: number;
  /** Absent when this account may not have the content. */
  readonly data?: Readonly<Record<string, unknown>>;
}

/** What an application does with a stream. Calls for one stream never overlap. */
export interface Follower {
  /** Where the application's state stands already, for example from a store. @default none: `load` is called first */
  readonly from?: StreamPosition;
  /**
   * Loads the state anew: at the start, after a gap that cannot be replayed, and after `event` failed.
   *
   * @param position the stream's newest position when this is called
   * @returns the offset the loaded state stands at; events up to it are not handed over. @default the position's
   */
  load(position: StreamPosition): Promise<number | undefined> | number | undefined;
  /** Takes one event; each offset once, in order, without a hole. The position advances when it has returned. */
  event(event: ClientEvent): void | Promise<void>;
  /** The stream is not, or not any more, this account's; nothing else comes. */
  closed?(why: 'refused' | 'closed'): void;
}

/** `asked`: the server has not said yet where the stream stands. `muted`: it was asked to stop, the application is slow. */
type Link = 'asked' | 'live' | 'muted' | 'over';

/** What a stream wants of its surroundings. */
export interface StreamHost {
  /** Asks the server for the stream, from a position or from now. Called only while there is a connection. */
  subscribe(stream: StreamName, from: StreamPosition | null): void;
  unsubscribe(stream: StreamName): void;
  /** An event was handled. */
  handled(stream: StreamName): void;
  /** Tries again after the n-th failure in a row. */
  retry(failures: number, work: () => void): void;
  error(error: unknown): void;
  count(what: 'events' | 'duplicates' | 'holes' | 'resets'): void;
}

/** Events waiting for a slow application, at most. */
const MAX_WAITING = 1000;

/** The order of one stream: what came, what the application has had, and what has to be asked for again. */
export interface FollowedStream {
  /** What the application has handled; null before the first load. */
  position(): StreamPosition | null;
  /** What has arrived, which is where a new connection goes on; null when the state has to be loaded. */
  arrived(): StreamPosition | null;
  /** The server was asked for the stream. */
  asked(): void;
  standing(epoch: string, offset: number, state: 'live' | 'resumed' | 'reset' | 'refused'): void;
  event(frame: EvFrame): void;
  gap(epoch: string, offset: number, state: 'reset' | 'closed'): void;
  stop(): void;
}

/** Follows a stream: keeps its order over connections, gaps and slow or failing applications. */
export function followStream(stream: StreamName, follower: Follower, host: StreamHost): FollowedStream {
  let link: Link = 'asked';
  let epoch = follower.from?.epoch ?? '';
  /** Handled by the application, or held by what it has loaded; null when it has no state. */
  let handled = follower.from?.offset ?? null;
  /** Newest that came over the wire, without a hole. */
  let wire = follower.from?.offset ?? 0;
  const waiting: ClientEvent[] = [];
  let loading = false;
  /** The application works on a load or an event. */
  let busy = false;
  let failures = 0;
  /** Grows when the application's state becomes worthless, and with it everything that was begun before. */
  let generation = 0;

  const at = (offset: number): StreamPosition => ({ epoch, offset });
  const askFrom = (from: StreamPosition | null) => {
    link = 'asked';
    host.unsubscribe(stream);
    host.subscribe(stream, from);
  };
  const forget = () => {
    generation++;
    waiting.length = 0;
    handled = null;
    loading = false;
  };
  const startOver = () => {
    forget();
    link = 'asked';
    const mine = generation;
    host.retry(failures++, () => {
      if (mine === generation && link === 'asked') askFrom(null);
    });
  };
  const reload = (newEpoch: string, offset: number) => {
    forget();
    epoch = newEpoch;
    wire = offset;
    link = 'live';
    loading = true;
    void work();
  };
  const end = (why: 'refused' | 'closed') => {
    if (link === 'over') return;
    forget();
    link = 'over';
    follower.closed?.(why);
  };

  const load = async () => {
    const mine = generation;
    const from = wire;
    const stands = (await follower.load(at(from))) ?? from;
    if (mine !== generation) return;
    loading = false;
    handled = stands;
    if (stands < from) {
      // A state older than the stream, for example of a replica: what lies between is asked for.
      waiting.length = 0;
      wire = stands;
      askFrom(at(stands));
    }
  };
  const handOver = async (event: ClientEvent) => {
    const mine = generation;
    // What the loaded state holds already.
    const known = handled !== null && event.offset <= handled;
    if (!known) await follower.event(event);
    if (mine !== generation) return;
    waiting.shift();
    if (!known) {
      handled = event.offset;
      failures = 0;
      host.count('events');
      host.handled(stream);
    }
    if (link === 'muted' && waiting.length < MAX_WAITING / 2) askFrom(at(wire));
  };
  /** One thing after another: loads before events. */
  const work = async () => {
    if (busy) return;
    busy = true;
    while (link !== 'over' && (loading || waiting[0] !== undefined)) {
      const mine = generation;
      try {
        if (loading) await load();
        else await handOver(waiting[0]!);
      } catch (error) {
        host.error(error);
        // After a gap or an end in the meantime, what failed counts no more.
        if (mine === generation) startOver();
      }
    }
    busy = false;
  };

  return {
    position: () => (handled === null ? null : at(handled)),
    // While the application loads, what came since is kept: the stream goes on behind it.
    arrived: () => (loading || handled !== null ? at(wire) : null),
    asked() {
      if (link !== 'over') link = 'asked';
    },
    standing(newEpoch, offset, state) {
      if (link === 'over') return;
      if (state === 'refused') return end('refused');
      if (state === 'reset') host.count('resets');
      const continues = (loading || handled !== null) && newEpoch === epoch && state !== 'reset';
      if (!continues || (state === 'live' && offset !== wire)) reload(newEpoch, offset);
      else if (link === 'asked') link = 'live';
    },
    event(frame) {
      if (link === 'over' || link === 'muted') return;
      if (frame.epoch !== epoch || !(loading || handled !== null)) return;
      if (frame.o !== wire + 1) {
        // Before the answer came, this belongs to the subscription before.
        if (link === 'asked') return;
        host.count(frame.o <= wire ? 'duplicates' : 'holes');
        if (frame.o > wire) askFrom(at(wire));
        return;
      }
      wire = frame.o;
      waiting.push({
        stream,
        epoch,
        offset: frame.o,
        type: frame.type,
        at: frame.at,
        ...(frame.data === undefined ? {} : { data: frame.data }),
      });
      if (waiting.length >= MAX_WAITING) {
        link = 'muted';
        host.unsubscribe(stream);
      }
      void work();
    },
    gap(newEpoch, offset, state) {
      if (link === 'over') return;
      if (state === 'closed') return end('closed');
      host.count('resets');
      reload(newEpoch, offset);
    },
    stop() {
      forget();
      link = 'over';
    },
  };
}
