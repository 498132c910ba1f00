import {
  accountOf,
  createService,
  type Id,
  idSchema,
  operation,
  type Runtime,
  type Service,
} from '@socialkit/core';
import { z } from 'zod';
import type { ModerationReading } from '../stores.js';

const strikeSchema = z.object({
  decisionId: idSchema,
  category: z.string(),
  weight: z.int(),
  at: z.int().meta({ description: 'Unix ms' }),
  expiresAt: z.int().meta({ description: 'Unix ms from which it counts no longer' }),
  revokedAt: z.int().nullable(),
});

const recordSchema = z.object({
  points: z.int().meta({ description: 'sum of the weights that count now' }),
  items: z.array(strikeSchema).readonly().meta({ description: 'the newest hundred, newest first' }),
});

/** Operations of strikes. */
export const strikeOperations = {
  mine: operation({
    name: 'strikes.mine',
    summary: "The caller's own strikes, with those that were taken back or have expired.",
    method: 'GET',
    path: '/moderation/strikes',
    permission: 'user',
    input: z.strictObject({}),
    output: recordSchema,
  }),
  ofUser: operation({
    name: 'strikes.ofUser',
    summary: 'The strikes of an account.',
    method: 'GET',
    path: '/users/{userId}/strikes',
    permission: 'staff:measures.read',
    rateLimit: 'staff',
    input: z.strictObject({ userId: idSchema }),
    output: recordSchema,
  }),
} as const;

/** The strikes' operations. */
export type StrikesService = Service<typeof strikeOperations>;

const SHOWN = 100;

/** Assembles the strikes: what an account has against it is for itself and for staff. */
export function createStrikesService(deps: {
  readonly readers: Pick<ModerationReading, 'strikes'>;
  readonly runtime: Runtime;
}): StrikesService {
  const { readers, runtime } = deps;
  const recordOf = async (accountId: Id) => {
    const strikes = await readers.strikes.ofAccount(accountId, { after: null, limit: SHOWN });
    const counting = await readers.strikes.counting(accountId, runtime.clock.now());
    return {
      points: counting.reduce((sum, { weight }) => sum + weight, 0),
      items: strikes.map(({ id: _id, accountId: _accountId, ...strike }) => strike),
    };
  };
  return createService(
    strikeOperations,
    {
      mine: (actor) => recordOf(accountOf(actor)),
      ofUser: (_actor, { userId }) => recordOf(userId),
    },
    runtime,
  );
}
