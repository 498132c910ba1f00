import type { Id } from '../../kernel/ids.js';
import { bareFrame, type EventEnvelope, frameOf } from '../envelope.js';
import type { StreamName } from '../streams.js';
import type { Access } from './access.js';
import type { Ground } from './ground.js';
import { type NodeStreams, withheldFrom } from './node-streams.js';
import type { Replays } from './replays.js';
import type { NodeClient, NodeStream, StreamRequest, StreamStanding, Subscription } from './types.js';

const RETRY_MS = 1000;
/** Milliseconds after which a slow client's replay is looked at again: authors may have been suspended meanwhile. */
const STALE_MS = 500;

/** What follows from asking where a subscription may begin. */
type Verdict =
  | { readonly state: 'closed' | 'refused' | 'live' | 'reset' }
  | {
      readonly state: 'resumed';
      readonly replay: readonly EventEnvelope[];
      readonly from: 'current' | 'tail' | 'source';
    };

/** Clients in streams: who follows what, from where, and whether they still may. */
export interface Subscriptions {
  subscribe(
    client: NodeClient,
    requests: readonly StreamRequest[],
    answer: (standings: readonly StreamStanding[]) => void,
  ): Promise<void>;
  end(subscription: Subscription): void;
  acknowledge(subscription: Subscription, offset: number): void;
  /** Holds the stream back from the client until its access was asked for again; then goes on where it stood, or ends. */
  recheck(subscription: Subscription): void;
}

/** @internal */
export function createSubscriptions(
  ground: Ground,
  parts: { readonly streams: NodeStreams; readonly replays: Replays; readonly access: Access },
): Subscriptions {
  const { counts, options } = ground;
  const { streams, replays, access } = parts;

  const join = (client: NodeClient, name: StreamName): Subscription => {
    const known = client.subscriptions.get(name);
    if (known) end(known);
    const stream = streams.of(name);
    const subscription: Subscription = {
      stream,
      client,
      cursor: 0,
      acknowledged: 0,
      withheld: 0,
      withheldItem: 0,
      state: 'checking',
      stale: false,
      wake: null,
    };
    stream.all.add(subscription);
    stream.idleSince = null;
    client.subscriptions.set(stream.name, subscription);
    return subscription;
  };

  const end = (subscription: Subscription): void => {
    const { stream, client } = subscription;
    subscription.state = 'closed';
    stream.all.delete(subscription);
    stream.live.delete(subscription);
    if (client.subscriptions.get(stream.name) === subscription) client.subscriptions.delete(stream.name);
    if (stream.all.size === 0) stream.idleSince = performance.now();
    subscription.wake?.();
  };

  const gap = ({ stream, client }: Subscription, state: 'reset' | 'closed') => {
    if (state === 'reset') counts.resumes.reset++;
    client.sink.event(
      frameOf(
        JSON.stringify({
          t: 'gap',
          s: stream.name,
          epoch: ground.epoch,
          offset: Math.max(0, stream.next - 1),
          state,
        }),
      ),
    );
  };

  const goLive = (subscription: Subscription): void => {
    subscription.state = 'live';
    subscription.stream.live.add(subscription);
  };

  /** Whether the client may follow the stream, and whether everything behind its position can be had. */
  const judge = async (
    subscription: Subscription,
    position: Pick<StreamRequest, 'epoch' | 'offset'>,
  ): Promise<Verdict> => {
    const { stream, client } = subscription;
    for (;;) {
      subscription.stale = false;
      const served = await access.know(client.viewer);
      const granted = served ? await access.readable(stream.kind, client.actor, stream.id) : undefined;
      if (subscription.state === 'closed') return { state: 'closed' };
      if (subscription.stale) continue;
      if (!granted) return { state: 'refused' };
      subscription.withheld = granted.after;
      subscription.withheldItem = granted.afterItem ?? 0;
      await streams.open(stream);
      const verdict = await place(stream, granted.after, position);
      if ((subscription.state as string) === 'closed') return { state: 'closed' };
      if (!subscription.stale) return verdict;
    }
  };

  const place = async (
    stream: NodeStream,
    withheld: number,
    { epoch, offset }: Pick<StreamRequest, 'epoch' | 'offset'>,
  ): Promise<Verdict> => {
    if (offset === undefined) return { state: 'live' };
    if (epoch !== ground.epoch || offset < withheld) return { state: 'reset' };
    if (offset > stream.next - 1) {
      // Another node may have told the client more than this one has heard.
      const head = (await streams.headOf(stream)) ?? 0;
      if (head < offset) return { state: 'reset' };
      await streams.repair(stream, head);
    }
    const top = stream.next - 1;
    if (offset >= top) return { state: 'resumed', replay: [], from: 'current' };
    if (top - offset > options.replay) return { state: 'reset' };
    const replay = await replays.read(stream, offset, top);
    return replay ? { state: 'resumed', replay: replay.events, from: replay.from } : { state: 'reset' };
  };

  const acknowledged = (subscription: Subscription) =>
    new Promise<void>((resolve) => {
      subscription.wake = () => {
        subscription.wake = null;
        resolve();
      };
    });

  const send = (subscription: Subscription, event: EventEnvelope): void => {
    subscription.cursor = event.offset;
    counts.delivered++;
    subscription.client.sink.event(
      withheldFrom(event, subscription) ? bareFrame(subscription.stream.name, event) : event.frame,
    );
  };

  /** Tells what the client missed, at its pace, and joins the others at the moment nothing is missing. */
  const catchUp = async (subscription: Subscription, first: readonly EventEnvelope[]): Promise<void> => {
    const { stream, client } = subscription;
    let replay = first;
    let readAt = performance.now();
    subscription.acknowledged = subscription.cursor;
    for (;;) {
      for (let at = 0; at < replay.length; at++) {
        while (
          subscription.state === 'catching' &&
          subscription.cursor - subscription.acknowledged >= client.sink.window
        )
          await acknowledged(subscription);
        if (performance.now() - readAt > STALE_MS) {
          replay = await replays.asOfNow(replay);
          readAt = performance.now();
        }
        if (subscription.state !== 'catching') return;
        const event = replay[at] as EventEnvelope;
        if (event.offset === subscription.cursor + 1) send(subscription, event);
      }
      const top = stream.next - 1;
      if (subscription.cursor >= top) {
        goLive(subscription);
        return;
      }
      const more = await replays.read(
        stream,
        subscription.cursor,
        Math.min(top, subscription.cursor + options.replay),
      );
      if ((subscription.state as string) !== 'catching') return;
      if (more === null) {
        subscription.cursor = stream.next - 1;
        gap(subscription, 'reset');
        goLive(subscription);
        return;
      }
      replay = more.events;
      readAt = performance.now();
    }
  };

  const follow = (subscription: Subscription, verdict: Verdict, offset: number): void => {
    const { stream } = subscription;
    if (verdict.state !== 'resumed') {
      subscription.cursor = stream.next - 1;
      subscription.acknowledged = subscription.cursor;
      goLive(subscription);
      return;
    }
    subscription.cursor = offset;
    subscription.acknowledged = offset;
    if (offset >= stream.next - 1) {
      goLive(subscription);
      return;
    }
    subscription.state = 'catching';
    catchUp(subscription, verdict.replay).catch((error: unknown) => {
      ground.logger.warn({ err: error, stream: stream.name }, 'a replay could not be read');
      retry(subscription);
    });
  };

  const retry = (subscription: Subscription): void => {
    if (subscription.state === 'closed') return;
    subscription.state = 'checking';
    subscription.stream.live.delete(subscription);
    setTimeout(() => {
      if (subscription.state === 'checking' && !ground.closed) void again(subscription);
    }, RETRY_MS).unref();
  };

  const again = async (subscription: Subscription): Promise<void> => {
    const offset = subscription.cursor;
    try {
      const verdict = await judge(subscription, { epoch: ground.epoch, offset });
      if (verdict.state === 'closed') return;
      if (verdict.state === 'refused') {
        end(subscription);
        gap(subscription, 'closed');
        return;
      }
      follow(subscription, verdict, offset);
      if (verdict.state === 'reset') gap(subscription, 'reset');
    } catch (error) {
      ground.logger.warn({ err: error, stream: subscription.stream.name }, 'access could not be asked for');
      retry(subscription);
    }
  };

  return {
    end,
    async subscribe(client, requests, answer) {
      const wanted = [...new Map(requests.map((request) => [request.s, request])).values()];
      const joined = wanted.map((request) => ({ request, subscription: join(client, request.s) }));
      let verdicts: Verdict[];
      try {
        await ground.begin();
        verdicts = await Promise.all(joined.map(({ request, subscription }) => judge(subscription, request)));
        for (let at = joined.findIndex(({ subscription }) => subscription.stale); at !== -1; ) {
          const { request, subscription } = joined[at] as (typeof joined)[number];
          verdicts[at] = await judge(subscription, request);
          at = joined.findIndex((entry) => entry.subscription.stale);
        }
      } catch (error) {
        for (const { subscription } of joined) end(subscription);
        throw error;
      }
      if (client.closed) return;
      // From here to the end in one turn: nothing can come between the answer and the first event.
      answer(
        joined.map(({ request, subscription }, i): StreamStanding => {
          const state = (verdicts[i] as Verdict).state;
          const known = state !== 'closed' && state !== 'refused';
          return {
            s: request.s,
            epoch: ground.epoch,
            offset: known ? subscription.stream.next - 1 : 0,
            state: known ? state : 'refused',
          };
        }),
      );
      for (const [i, { request, subscription }] of joined.entries()) {
        const verdict = verdicts[i] as Verdict;
        if (verdict.state === 'closed') continue;
        if (verdict.state === 'refused') {
          if (request.offset !== undefined) counts.resumes.refused++;
          end(subscription);
          continue;
        }
        if (verdict.state === 'reset') counts.resumes.reset++;
        if (verdict.state === 'resumed') counts.resumes[verdict.from]++;
        follow(subscription, verdict, request.offset ?? 0);
      }
    },
    acknowledge(subscription, offset) {
      if (offset <= subscription.acknowledged || offset > subscription.cursor) return;
      subscription.acknowledged = offset;
      subscription.wake?.();
    },
    recheck(subscription) {
      subscription.stale = true;
      if (subscription.state === 'checking' || subscription.state === 'closed') return;
      subscription.state = 'checking';
      subscription.stream.live.delete(subscription);
      subscription.wake?.();
      void again(subscription);
    },
  };
}

/** Subscriptions of some accounts to one stream. */
export const subscriptionsOf = (stream: NodeStream, accountIds: readonly Id[]): Subscription[] => {
  const ids = new Set(accountIds);
  return [...stream.all].filter(({ client }) => ids.has(client.viewer.id));
};
