import type { OverturnStats } from '@socialkit/moderation';
import { sql } from 'kysely';
import { defineStatement } from '../../statement.js';

interface QueueRow {
  readonly queue: string;
  readonly backlog: number;
  readonly oldestAt: string | null;
  readonly breached: number;
  readonly inbound: number;
  readonly decided: number;
  readonly handlingMs: string | null;
  readonly decisionMs: string | null;
}

export const queues = defineStatement({
  name: 'case_stats.queues',
  params: { since: 'bigint' },
  build: (_, { since }) => sql<QueueRow>`
    SELECT counted.*, (
      SELECT round((percentile_cont(0.5) WITHIN GROUP (ORDER BY v.handling_ms))::numeric)::bigint
      FROM case_votes AS v JOIN moderation_cases AS c ON c.id = v.case_id
      WHERE v.at >= ${since} AND v.kind = 'vote' AND c.queue = counted.queue
    ) AS "handlingMs"
    FROM (
      SELECT queue,
        count(*) FILTER (WHERE state IN ('open', 'escalated'))::integer AS backlog,
        min(opened_at) FILTER (WHERE state IN ('open', 'escalated')) AS "oldestAt",
        count(*) FILTER (WHERE state IN ('open', 'escalated') AND breached_at IS NOT NULL)::integer AS breached,
        count(*) FILTER (WHERE opened_at >= ${since})::integer AS inbound,
        count(*) FILTER (WHERE state = 'decided' AND decided_at >= ${since})::integer AS decided,
        round((percentile_cont(0.5) WITHIN GROUP (ORDER BY decided_at - opened_at)
          FILTER (WHERE state = 'decided' AND decided_at >= ${since}))::numeric)::bigint AS "decisionMs"
      FROM moderation_cases GROUP BY queue
    ) AS counted ORDER BY queue COLLATE "C"`,
  sample: ({ now }) => ({ since: now }),
});

export const overturned = defineStatement({
  name: 'case_stats.overturned',
  params: { since: 'bigint' },
  build: (_, { since }) => sql<OverturnStats>`
    WITH restricted AS (
      SELECT rules, detectors, decided_by, overturned_at FROM moderation_cases
      WHERE state = 'decided' AND lane = 'review' AND decided_at >= ${since} AND verdict ->> 'decision' = 'restrict'
    ), named AS (
      SELECT 'rule' AS by, unnest(rules) AS name, overturned_at FROM restricted
      UNION ALL SELECT 'detector', unnest(detectors), overturned_at FROM restricted
      UNION ALL SELECT 'moderator', decided_by::text, overturned_at FROM restricted WHERE decided_by IS NOT NULL
    )
    SELECT by, name, count(*)::integer AS decided,
      count(*) FILTER (WHERE overturned_at IS NOT NULL)::integer AS overturned
    FROM named GROUP BY by, name
    ORDER BY count(*) DESC, by COLLATE "C", name COLLATE "C" LIMIT 1000`,
  sample: ({ now }) => ({ since: now }),
});
