import type { Access } from './access.js';
import type { Ground } from './ground.js';
import type { NodeStreams } from './node-streams.js';
import type { Replays } from './replays.js';
import type { Subscriptions } from './subscriptions.js';
import type { NodeStream, NodeViewer } from './types.js';

/** Compares what a node knows with the database: what no message told is found here. */
export interface PositionCheck {
  /** One round; rounds do not overlap. */
  run(): Promise<void>;
  /** Runs one now and then every `checkMs`, while there are clients. */
  start(): void;
  stop(): void;
}

/** @internal */
export function createPositionCheck(
  ground: Ground,
  parts: {
    readonly streams: NodeStreams;
    readonly replays: Replays;
    readonly access: Access;
    readonly subscriptions: Subscriptions;
    readonly viewers: ReadonlyMap<string, NodeViewer>;
  },
): PositionCheck {
  const { streams, replays, access, subscriptions, viewers } = parts;
  let running: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;

  /** The database has another history: nothing this node knows is worth anything. */
  const renew = (epoch: string): void => {
    ground.epoch = epoch;
    for (const stream of streams.all.values()) {
      stream.next = 0;
      stream.held.clear();
      replays.forget(stream);
      for (const subscription of stream.all) {
        // A place before everything: whoever stands there reloads, as soon as the new head is known.
        subscription.cursor = -1;
        subscriptions.recheck(subscription);
      }
    }
  };

  const position = async (stream: NodeStream): Promise<void> => {
    const before = stream.next;
    if (before === 0) return;
    const head = await streams.headOf(stream);
    if (head === undefined) return;
    if (head >= stream.next) {
      ground.counts.missed += head - stream.next + 1;
      await streams.repair(stream, head);
    } else if (head < before - 1) {
      // It had more before it was asked: rows are gone that were told.
      stream.held.clear();
      streams.reset(stream, head);
    }
  };

  const permission = async (viewer: NodeViewer): Promise<void> => {
    if (!(await access.learn(viewer))) return;
    for (const client of viewer.clients)
      for (const subscription of client.subscriptions.values()) {
        if (subscription.state !== 'live') continue;
        const { kind, id } = subscription.stream;
        const granted = await access.readable(kind, client.actor, id);
        if (subscription.state !== 'live') continue;
        if (granted) {
          subscription.withheld = granted.after;
          subscription.withheldItem = granted.afterItem ?? 0;
        } else subscriptions.recheck(subscription);
      }
  };

  const round = async (): Promise<void> => {
    const epoch = await ground.epochs.current();
    if (ground.epoch === '') ground.epoch = epoch;
    if (epoch !== ground.epoch) renew(epoch);
    streams.sweep(performance.now());
    await Promise.all([...streams.all.values()].filter(({ all }) => all.size > 0).map(position));
    await Promise.all([...viewers.values()].map(permission));
  };

  const run = (): Promise<void> => {
    running ??= round().finally(() => {
      running = null;
    });
    return running;
  };

  const plan = () => {
    timer = setTimeout(() => {
      run()
        .catch((error: unknown) =>
          ground.logger.warn({ err: error }, 'positions could not be compared with the database'),
        )
        .finally(() => {
          if (timer !== null) plan();
        });
    }, ground.options.checkMs);
    timer.unref();
  };

  return {
    run,
    start() {
      if (timer === null && !ground.closed) plan();
    },
    stop() {
      if (timer) clearTimeout(timer);
      timer = null;
    },
  };
}
