import {
  type AnyEvent,
  actorIdOf,
  type Clock,
  type EventType,
  type Ids,
  type NewEvent,
  type Outbox,
  type SocialEvent,
} from '@socialkit/core';
import { sql, type Transaction } from 'kysely';
import type { Database } from '../database.js';
import { defineStatement } from '../statement.js';

/** The events and one delivery row per subscriber of each, in one round trip. */
const append = defineStatement({
  name: 'outbox.append',
  params: { events: 'jsonb' },
  build: (_, { events }) => sql`
    WITH given AS MATERIALIZED (
      SELECT (event ->> 'id')::bigint AS id, event ->> 'type' AS type, event, place
      FROM jsonb_array_elements(${events}) WITH ORDINALITY AS given (event, place)
    ), stored AS (
      INSERT INTO events (id, type, version, actor_id, occurred_at, payload)
      SELECT id, type, (event ->> 'version')::integer, event ->> 'actorId', (event ->> 'occurredAt')::bigint,
        event -> 'payload'
      FROM given
    )
    INSERT INTO jobs (queue, event_id, payload, run_at, max_attempts)
    SELECT s.subscriber, given.id, given.event, (given.event ->> 'occurredAt')::bigint, s.max_attempts
    FROM given JOIN event_subscriptions AS s ON s.type = given.type
    ORDER BY given.place`,
  sample: ({ newest, now }) => ({
    events: JSON.stringify([
      {
        id: newest,
        type: 'sample.happened',
        version: 1,
        actorId: 'system:sample',
        occurredAt: now,
        payload: {},
      },
    ]),
  }),
});

/**
 * @param onAppend hears every appended event; the unit of work publishes them after the commit
 * @param onDeliver hears that deliveries were written: an event without subscribers leaves nothing for workers to do
 */
export function createPostgresOutbox(
  deps: { readonly tx: Transaction<Database>; readonly clock: Clock; readonly ids: Ids },
  onAppend: (event: AnyEvent) => void,
  onDeliver: () => void,
): Outbox {
  const { tx, clock, ids } = deps;
  const store = async (given: readonly NewEvent[]): Promise<readonly SocialEvent[]> => {
    if (given.length === 0) return [];
    const texts = given.map((event) =>
      JSON.stringify({
        id: ids.next(),
        type: event.type,
        version: event.version ?? 1,
        occurredAt: clock.now(),
        actorId: actorIdOf(event.actor),
        payload: event.payload,
      }),
    );
    // From the very text that is stored: what becomes of the payload after the call changes nothing.
    const stored = texts.map((text) => Object.freeze(JSON.parse(text)) as SocialEvent);
    const deliveries = await append.affected(tx, { events: `[${texts.join(',')}]` });
    if (deliveries > 0) onDeliver();
    for (const event of stored) onAppend(event as unknown as AnyEvent);
    return stored;
  };
  return {
    append: async <T extends EventType>(event: NewEvent<T>) =>
      (await store([event as unknown as NewEvent]))[0] as unknown as SocialEvent<T>,
    appendAll: store,
  };
}
