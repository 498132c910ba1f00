import type { CaseChange } from '@socialkit/moderation';
import { type RawBuilder, sql } from 'kysely';
import { defineStatement } from '../../statement.js';

/**
 * One statement for every change of a locked case: what is not named in `fields` stays. A claim is written by its parts; the
 * token belongs to whoever claims.
 */
export const update = defineStatement({
  name: 'cases.update',
  params: { id: 'bigint', fields: 'jsonb' },
  build: (_, { id, fields }) => {
    const has = (key: string) => sql`(${fields} ? ${sql.lit(key)})`;
    const text = (key: string) => sql`(${fields} ->> ${sql.lit(key)})`;
    const column = (name: string, type: string): RawBuilder<unknown> => {
      const value =
        type === 'jsonb'
          ? sql`nullif(${fields} -> ${sql.lit(name)}, 'null'::jsonb)`
          : type.endsWith('[]')
            ? sql`ARRAY(SELECT jsonb_array_elements_text(${fields} -> ${sql.lit(name)}))::${sql.raw(type)}`
            : sql`${text(name)}::${sql.raw(type)}`;
      return sql`${sql.raw(name)} = CASE WHEN ${has(name)} THEN ${value} ELSE ${sql.raw(name)} END`;
    };
    const columns = Object.entries(COLUMNS).map(([name, type]) => column(name, type));
    return sql`UPDATE moderation_cases SET ${sql.join(columns)} WHERE id = ${id}`;
  },
  sample: ({ newest }) => ({ id: newest, fields: '{"state":"escalated"}' }),
});

const COLUMNS = {
  queue: 'text',
  category: 'text',
  severity: 'integer',
  confidence: 'double precision',
  reach: 'double precision',
  source: 'text',
  report_weight: 'double precision',
  report_count: 'integer',
  trusted: 'boolean',
  rank: 'bigint',
  state: 'text',
  result_id: 'bigint',
  rules: 'text[]',
  detectors: 'text[]',
  not_by: 'bigint[]',
  skips: 'integer',
  due_at: 'bigint',
  claimed_by: 'bigint',
  claimed_at: 'bigint',
  claim_until: 'bigint',
  decided_at: 'bigint',
  decided_by: 'bigint',
  verdict: 'jsonb',
  overturned_at: 'bigint',
} as const;

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The fields of a change under the names of their columns. */
export function fieldsOf({ claim, ...change }: CaseChange): string {
  const fields: Record<string, unknown> = Object.fromEntries(
    Object.entries(change).map(([name, value]) => [snake(name), value]),
  );
  if (claim !== undefined) {
    fields.claimed_by = claim?.moderatorId ?? null;
    fields.claimed_at = claim?.since ?? null;
    fields.claim_until = claim?.until ?? null;
  }
  return JSON.stringify(fields);
}
