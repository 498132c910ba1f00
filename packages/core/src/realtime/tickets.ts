import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import { accountOf } from '../kernel/actor.js';
import type { Id } from '../kernel/ids.js';
import { createService, operation, type Service } from '../kernel/operation.js';
import type { Runtime } from '../kernel/runtime.js';
import type { UnitOfWork } from '../kernel/unit-of-work.js';

/** Milliseconds a ticket is good for. */
export const TICKET_MS = 30_000;

/** Keeps tickets by their hash. */
export interface TicketStore {
  insert(ticket: {
    readonly hash: string;
    readonly accountId: Id;
    readonly expiresAt: number;
  }): Promise<void>;
  /** Takes the ticket out; of two callers one gets it. @returns null for one that is unknown, used or over */
  take(hash: string, now: number): Promise<Id | null>;
}

/** The operations of realtime. */
export const realtimeOperations = {
  ticket: operation({
    name: 'realtime.ticket',
    summary: 'A ticket that opens one socket within 30 seconds, for clients that cannot send a token there',
    method: 'POST',
    path: '/realtime/tickets',
    input: z.strictObject({}),
    output: z.object({
      ticket: z.string().meta({ description: 'goes into the address of the socket: ?ticket=…' }),
      expiresAt: z.int().meta({ description: 'Unix ms' }),
    }),
    permission: 'user',
  }),
} as const;

export type RealtimeService = Service<typeof realtimeOperations>;

const hashOf = (ticket: string): string => createHash('sha256').update(ticket).digest('base64url');

interface TicketDeps {
  readonly unitOfWork: UnitOfWork<{ readonly tickets: TicketStore }>;
  readonly runtime: Runtime;
}

/** Mints tickets: 256 random bits, kept hashed, good once. */
export const createRealtimeService = ({ unitOfWork, runtime }: TicketDeps): RealtimeService =>
  createService(
    realtimeOperations,
    {
      async ticket(actor) {
        const accountId = accountOf(actor);
        const ticket = randomBytes(32).toString('base64url');
        const expiresAt = runtime.clock.now() + TICKET_MS;
        await unitOfWork.transact(({ tickets }) =>
          tickets.insert({ hash: hashOf(ticket), accountId, expiresAt }),
        );
        return { ticket, expiresAt };
      },
    },
    runtime,
  );

/** Uses a ticket up. @returns whose it was, or null */
export const redeemTicket = ({ unitOfWork, runtime }: TicketDeps, ticket: string): Promise<Id | null> =>
  unitOfWork.transact(({ tickets }) => tickets.take(hashOf(ticket), runtime.clock.now()));
