import {
  type AnyEvent,
  actorIdOf,
  type Clock,
  type Ids,
  type Outbox,
  type SocialEvent,
} from '@socialkit/core';
import type { Transaction } from 'kysely';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';

/** The event and one delivery row per subscriber, in one round trip. */
const append = defineStatement({
  name: 'outbox.append',
  params: {
    id: 'bigint',
    type: 'text',
    version: 'integer',
    actorId: 'text',
    at: 'bigint',
    payload: 'jsonb',
    envelope: 'jsonb',
  },
  build: (db, { id, type, version, actorId, at, payload, envelope }) =>
    db
      .with('stored', (inner) =>
        inner.insertInto('events').values({ id, type, version, actor_id: actorId, occurred_at: at, payload }),
      )
      .insertInto('jobs')
      .columns(['queue', 'event_id', 'payload', 'run_at', 'max_attempts'])
      .expression((inner) =>
        inner
          .selectFrom('event_subscriptions')
          .select((of) => [
            'subscriber',
            id.as('event_id'),
            envelope.as('payload'),
            at.as('run_at'),
            of.ref('max_attempts').as('max_attempts'),
          ])
          .where('type', '=', type),
      ),
  sample: ({ newest, now }) => ({
    id: newest,
    type: 'sample.happened',
    version: 1,
    actorId: 'system:sample',
    at: now,
    payload: '{}',
    envelope: '{}',
  }),
});

/** @param onAppend hears every appended event; the unit of work publishes them after the commit */
export function createPostgresOutbox(
  deps: { readonly tx: Transaction<Database>; readonly clock: Clock; readonly ids: Ids },
  onAppend: (event: AnyEvent) => void,
): Outbox {
  const { tx, clock, ids } = deps;
  return {
    async append(event) {
      const payload = JSON.stringify(event.payload);
      const stored = Object.freeze({
        id: ids.next(),
        type: event.type,
        version: event.version ?? 1,
        occurredAt: clock.now(),
        actorId: actorIdOf(event.actor),
        payload: JSON.parse(payload),
      }) as SocialEvent<typeof event.type>;
      await append.run(tx, {
        id: stored.id,
        type: stored.type,
        version: stored.version,
        actorId: stored.actorId,
        at: stored.occurredAt,
        payload,
        envelope: JSON.stringify(stored),
      });
      onAppend(stored as unknown as AnyEvent);
      return stored;
    },
  };
}
