import { type Actor, userActor } from '../../kernel/actor.js';
import type { Id } from '../../kernel/ids.js';
import { createFakeClock, silentLogger } from '../../kernel/runtime.js';
import type { Frame } from '../envelope.js';
import type { AudienceReader } from '../store.js';
import {
  type StreamAccess,
  type StreamEvent,
  type StreamName,
  type StreamSource,
  streamName,
} from '../streams.js';
import { createMemoryTail, type StreamTail } from '../tail.js';
import { createMemoryTransport, type RealtimeTransport } from '../transport.js';
import type { HubOptions } from './ground.js';
import { createHub } from './hub.js';
import type { HubClient, RealtimeHub, StreamStanding } from './types.js';

/** What may happen to a message on its way. */
export interface Weather {
  /** Whether this message is lost. */
  lost(): boolean;
  /** Whether it comes twice. */
  doubled(): boolean;
  /** Turns of the event loop it is late. */
  late(): number;
}

export const fair: Weather = { lost: () => false, doubled: () => false, late: () => 0 };

/** The database of a platform of which several nodes run: streams of conversations, members, blocks. */
export interface SampleTruth {
  epoch: string;
  readonly members: Map<Id, Map<Id, StreamAccess>>;
  readonly blocks: Set<string>;
  readonly suspended: Set<Id>;
  /** Accounts whose content others may not see. */
  readonly hidden: Set<Id>;
  log(id: Id): readonly StreamEvent[];
  /** Commits an event and gives it back for publishing. */
  commit(id: Id, by: Id | null, extra?: Partial<StreamEvent>): StreamEvent;
  /** Forgets events up to an offset. */
  cut(id: Id, upTo: number): void;
  /** The next questions fail so many times. */
  failing: number;
  readonly source: StreamSource;
  readonly audience: AudienceReader;
  queries: { heads: number; after: number; readable: number; standings: number; hidden: number };
}

export function createTruth(): SampleTruth {
  const logs = new Map<Id, StreamEvent[]>();
  const floors = new Map<Id, number>();
  const truth: SampleTruth = {
    epoch: 'e1',
    members: new Map(),
    blocks: new Set(),
    suspended: new Set(),
    hidden: new Set(),
    failing: 0,
    queries: { heads: 0, after: 0, readable: 0, standings: 0, hidden: 0 },
    log: (id) => logs.get(id) ?? [],
    commit(id, by, extra = {}) {
      const log = logs.get(id) ?? [];
      logs.set(id, log);
      const event: StreamEvent = {
        stream: streamName('conversation', id),
        offset: log.length + 1,
        type: 'thing.happened',
        at: 1,
        by,
        data: { n: log.length + 1 },
        ...extra,
      };
      log.push(event);
      return event;
    },
    cut: (id, upTo) => void floors.set(id, upTo),
    source: {
      kind: 'conversation',
      async readable(actor, ids) {
        const [answer] = await readableMany([{ actor, ids }]);
        return answer ?? new Map();
      },
      readableMany: (asks) => readableMany(asks),
      async heads(ids) {
        truth.queries.heads++;
        fail();
        return new Map(ids.flatMap((id) => (truth.members.has(id) ? [[id, truth.log(id).length]] : [])));
      },
      async after(id, after, limit) {
        truth.queries.after++;
        fail();
        return after < (floors.get(id) ?? 0) ? null : truth.log(id).slice(after, after + limit);
      },
    },
    audience: {
      async standings(ids) {
        truth.queries.standings++;
        fail();
        return new Map(
          ids.map((id) => [
            id,
            {
              served: !truth.suspended.has(id),
              blocked: new Set(
                [...truth.blocks].flatMap((pair) => {
                  const [a = '', b = ''] = pair.split(' ');
                  return a === id ? [b] : b === id ? [a] : [];
                }),
              ),
            },
          ]),
        );
      },
      async hiddenAmong(ids) {
        truth.queries.hidden++;
        fail();
        return new Set(ids.filter((id) => truth.hidden.has(id)));
      },
      followersOf: async () => new Set(),
      friendsOf: async () => new Set(),
    },
  };
  const fail = () => {
    if (truth.failing > 0) {
      truth.failing--;
      throw new Error('the database does not answer');
    }
  };
  const readableMany: NonNullable<StreamSource['readableMany']> = async (asks) => {
    truth.queries.readable++;
    fail();
    return asks.map(({ actor, ids }: { actor: Actor; ids: readonly Id[] }) => {
      const viewer = 'id' in actor ? actor.id : '';
      const found = new Map<Id, StreamAccess>();
      for (const id of ids) {
        const access = truth.members.get(id)?.get(viewer);
        if (access) found.set(id, access);
      }
      return found;
    });
  };
  return truth;
}

/** Messages between nodes, in any weather. */
export function createWeatherTransport(weather: () => Weather): RealtimeTransport {
  const inner = createMemoryTransport();
  const soon = (turns: number, work: () => void): void => {
    if (turns <= 0) work();
    else setImmediate(() => soon(turns - 1, work));
  };
  return {
    async publish(channel, message) {
      const now = weather();
      if (now.lost()) return;
      for (let times = now.doubled() ? 2 : 1; times > 0; times--)
        soon(now.late(), () => void inner.publish(channel, message));
    },
    subscribe: inner.subscribe,
    close: inner.close,
  };
}

/** A client that keeps what it is told, as an application would. */
export interface SampleClient {
  readonly accountId: Id;
  readonly client: HubClient;
  /** Streams as this client knows them: where it stands, and what it was told since it began or reloaded. */
  readonly state: Map<
    StreamName,
    {
      epoch: string;
      offset: number;
      began: number;
      got: { offset: number; withData: boolean }[];
      gone: boolean;
    }
  >;
  /** What was not as it must be. */
  readonly faults: string[];
  resets: number;
  hints: string[];
  ended: string | null;
  follow(names: readonly StreamName[], resume?: boolean): Promise<readonly StreamStanding[]>;
}

interface Told {
  readonly t: string;
  readonly s: StreamName;
  readonly epoch: string;
  readonly o: number;
  readonly offset: number;
  readonly state: string;
  readonly data?: unknown;
}

/** A node over a truth, and clients of it. */
export function openNode(
  truth: SampleTruth,
  parts: { readonly transport: RealtimeTransport; readonly tail?: StreamTail; readonly window?: number },
  options: HubOptions = {},
) {
  const tail = parts.tail ?? createMemoryTail({ transport: parts.transport });
  const hub: RealtimeHub = createHub(
    {
      transport: parts.transport,
      tail,
      epochs: { current: async () => truth.epoch, renew: async () => truth.epoch },
      audience: truth.audience,
      clock: createFakeClock(),
      logger: silentLogger,
    },
    { checkMs: 3_600_000, holdMs: 1, ...options },
  );
  hub.register(truth.source);
  const connect = (accountId: Id, known?: SampleClient['state']): SampleClient => {
    const sample: SampleClient = {
      accountId,
      state: known ?? new Map(),
      faults: [],
      resets: 0,
      hints: [],
      ended: null,
      client: hub.connect(userActor(accountId), {
        window: parts.window ?? 256,
        event(frame: Frame) {
          const told = JSON.parse(frame.text) as Told;
          const at = sample.state.get(told.s);
          if (!at || at.gone) {
            sample.faults.push(`told of ${told.s} which it does not follow`);
            return;
          }
          if (told.t === 'gap') {
            if (told.state === 'closed') at.gone = true;
            else {
              sample.resets++;
              Object.assign(at, { epoch: told.epoch, offset: told.offset, began: told.offset, got: [] });
            }
            return;
          }
          if (told.epoch !== at.epoch) sample.faults.push(`epoch ${told.epoch} instead of ${at.epoch}`);
          if (told.o !== at.offset + 1) sample.faults.push(`${told.o} behind ${at.offset} of ${told.s}`);
          at.offset = told.o;
          at.got.push({ offset: told.o, withData: told.data !== undefined });
          sample.client.acknowledge(told.s, told.o);
        },
        hint: (frame) => void sample.hints.push(frame.text),
        ended(reason) {
          sample.ended = reason.code;
          sample.client.close();
        },
      }),
      async follow(names, resume = true) {
        let answered: readonly StreamStanding[] = [];
        await sample.client.subscribe(
          names.map((s) => {
            const at = sample.state.get(s);
            return at && resume && !at.gone ? { s, epoch: at.epoch, offset: at.offset } : { s };
          }),
          (standings) => {
            answered = standings;
            for (const { s, epoch, offset, state } of standings) {
              const at = sample.state.get(s);
              if (state === 'refused') {
                if (at) at.gone = true;
              } else if (state !== 'resumed' || !at) {
                if (state === 'reset') sample.resets++;
                sample.state.set(s, { epoch, offset, began: offset, got: [], gone: false });
              }
            }
          },
        );
        return answered;
      },
    };
    return sample;
  };
  return { hub, tail, connect };
}
