import { randomBytes } from 'node:crypto';
import { canViewAccount, createMemoryFacts } from '../access/index.js';
import type { Account } from '../identity/types.js';
import { compareIds, type Id } from '../kernel/ids.js';
import { keyOf, type MemorySession, type MemoryTables } from '../kernel/memory.js';
import type { Clock } from '../kernel/runtime.js';
import type { AudienceReader, RealtimeReaders, Standing, UserStreamReader } from './store.js';
import { type StreamEpochs, type StreamEvent, streamName, type UserStreamWriter } from './streams.js';
import type { TicketStore } from './tickets.js';

interface StreamRow {
  readonly userId: Id;
  readonly lastOffset: number;
}

const heads = (tables: MemoryTables) => tables.table<StreamRow>('user_streams');
const events = (tables: MemoryTables) => tables.table<StreamEvent>('user_stream_events');

/** A new epoch's name: unlike any before it. */
export const newEpoch = (): string => randomBytes(6).toString('base64url');

/** The reference {@link UserStreamWriter}. */
export function createMemoryUserStreams(deps: {
  readonly session: MemorySession;
  readonly clock: Clock;
}): UserStreamWriter {
  return {
    append: (given) =>
      deps.session.run((tables) =>
        given.map(({ userId, type, by, data }): StreamEvent => {
          const head = heads(tables).get(userId) ?? { userId, lastOffset: 0 };
          const offset = head.lastOffset + 1;
          heads(tables).put(userId, { ...head, lastOffset: offset });
          const event: StreamEvent = {
            stream: streamName('user', userId),
            offset,
            type,
            at: deps.clock.now(),
            by: by ?? null,
            data: structuredClone(data),
          };
          events(tables).put(keyOf(userId, offset), event);
          return event;
        }),
      ),
  };
}

const readerOf = (session: MemorySession): UserStreamReader => ({
  heads: (ids) =>
    session.run((tables) => new Map(ids.map((id) => [id, heads(tables).get(id)?.lastOffset ?? 0]))),
  after: (id, after, limit) =>
    session.run((tables) => {
      const head = heads(tables).get(id)?.lastOffset ?? 0;
      const found: StreamEvent[] = [];
      for (let offset = after + 1; offset <= head && found.length < limit; offset++) {
        const event = events(tables).get(keyOf(id, offset));
        if (!event) return null;
        found.push(event);
      }
      return found;
    }),
});

const audienceOf = (session: MemorySession): AudienceReader => {
  const among = (table: string, own: string, other: string, authorIds: readonly Id[], ids: readonly Id[]) =>
    session.run((tables) => {
      const [authors, wanted] = [new Set(authorIds), new Set(ids)];
      const found = new Set<Id>();
      for (const row of tables.table<Record<string, Id>>(table).rows())
        if (authors.has(row[other] as Id) && wanted.has(row[own] as Id)) found.add(row[own] as Id);
      return found;
    });
  return {
    standings: (ids) =>
      session.run((tables) => {
        const blocked = new Map<Id, Set<Id>>(ids.map((id) => [id, new Set()]));
        for (const row of tables.table<{ blockerId: Id; blockedId: Id }>('blocks').rows()) {
          blocked.get(row.blockerId)?.add(row.blockedId);
          blocked.get(row.blockedId)?.add(row.blockerId);
        }
        return new Map(
          ids.map((id): [Id, Standing] => {
            const account = tables.table<Account>('accounts').get(id);
            return [
              id,
              {
                served: account !== undefined && account.state !== 'suspended',
                blocked: blocked.get(id) ?? new Set(),
              },
            ];
          }),
        );
      }),
    hiddenAmong: async (ids) => {
      const facts = await createMemoryFacts(session, { now: () => 0 }).relations(null, ids);
      return new Set(ids.filter((id) => !canViewAccount(facts.get(id))));
    },
    followersOf: (authorIds, ids) => among('follows', 'followerId', 'followeeId', authorIds, ids),
    friendsOf: (authorIds, ids) => among('friendships', 'userId', 'friendId', authorIds, ids),
  };
};

const epochsOf = (session: MemorySession): StreamEpochs => {
  const row = (tables: MemoryTables) => tables.table<{ readonly epoch: string }>('stream_epochs');
  const put = (tables: MemoryTables) => {
    const epoch = newEpoch();
    row(tables).put('current', { epoch });
    return epoch;
  };
  return {
    current: () => session.run((tables) => row(tables).get('current')?.epoch ?? put(tables)),
    renew: () => session.run(put),
  };
};

/** The reference readers of realtime. */
export const createMemoryRealtimeReaders = (session: MemorySession): RealtimeReaders => ({
  userStreams: readerOf(session),
  audience: audienceOf(session),
  epochs: epochsOf(session),
});

/** Removes events of user streams up to `before` (Unix ms), as the maintenance of a database does. @returns how many */
export const trimMemoryUserStreams = (session: MemorySession, before: number): Promise<number> =>
  session.run((tables) => {
    const old = [...events(tables).rows()]
      .filter(({ at }) => at < before)
      .sort((a, b) => compareIds(a.stream, b.stream) || a.offset - b.offset);
    for (const { stream, offset } of old)
      events(tables).remove(keyOf(stream.slice(stream.indexOf(':') + 1), offset));
    return old.length;
  });

/** The reference {@link TicketStore}. */
export function createMemoryTickets(session: MemorySession): TicketStore {
  type Ticket = Parameters<TicketStore['insert']>[0];
  const tickets = (tables: MemoryTables) => tables.table<Ticket>('realtime_tickets');
  return {
    insert: (ticket) => session.run((tables) => tickets(tables).put(ticket.hash, { ...ticket })),
    take: (hash, now) =>
      session.run((tables) => {
        const ticket = tickets(tables).get(hash);
        if (!ticket) return null;
        tickets(tables).remove(hash);
        return ticket.expiresAt > now ? ticket.accountId : null;
      }),
  };
}
