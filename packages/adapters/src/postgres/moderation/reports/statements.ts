import type { Id, SubjectKind } from '@socialkit/core';
import type { Report, ReportReason } from '@socialkit/moderation';
import { sql } from 'kysely';
import { defineStatement } from '../../statement.js';

/** A report as the statements give it; times are text. */
export interface ReportRow extends Omit<Report, 'subject' | 'at' | 'decidedAt'> {
  readonly subjectKind: SubjectKind;
  readonly subjectId: string;
  readonly at: string;
  readonly decidedAt: string | null;
}

/** The columns of a report `r`. */
const REPORT = sql`
  r.id, r.reporter_id AS "reporterId", r.subject_kind AS "subjectKind", r.subject_id AS "subjectId", r.revision,
  r.author_id AS "authorId", r.reason, r.note, r.weight, r.trusted, r.muted, r.young, r.crowd, r.state,
  r.case_id AS "caseId", r.at, r.decided_at AS "decidedAt"`;

export const byIds = defineStatement({
  name: 'reports.by_ids',
  params: { ids: 'bigint[]' },
  build: (_, { ids }) => sql<ReportRow>`SELECT ${REPORT} FROM reports AS r WHERE r.id = ANY(${ids})`,
  sample: ({ ids }) => ({ ids }),
});

export const ofReporter = defineStatement({
  name: 'reports.of_reporter',
  params: { reporter: 'bigint', before: 'bigint', limit: 'integer' },
  build: (_, { reporter, before, limit }) => sql<ReportRow>`
    SELECT ${REPORT} FROM reports AS r
    WHERE r.reporter_id = ${reporter} AND r.id < ${before} ORDER BY r.id DESC LIMIT ${limit}`,
  sample: ({ newest }) => ({ reporter: '1', before: newest, limit: 20 }),
});

export const ofCase = defineStatement({
  name: 'reports.of_case',
  params: { of: 'bigint', after: 'bigint', limit: 'integer' },
  build: (_, { of, after, limit }) => sql<ReportRow>`
    SELECT ${REPORT} FROM reports AS r WHERE r.case_id = ${of} AND r.id > ${after} ORDER BY r.id LIMIT ${limit}`,
  sample: ({ oldest }) => ({ of: '1', after: oldest, limit: 20 }),
});

export const reasonsOf = defineStatement({
  name: 'reports.reasons_of',
  params: { of: 'bigint' },
  build: (_, { of }) => sql<{ readonly reason: ReportReason; readonly count: number }>`
    SELECT reason, count(*)::integer AS count FROM reports WHERE case_id = ${of}
    GROUP BY reason ORDER BY count(*) DESC, reason COLLATE "C"`,
  sample: () => ({ of: '1' }),
});

const ABOUT = { kind: 'text', id: 'text' } as const;

export const openOf = defineStatement({
  name: 'reports.open_of',
  params: { ...ABOUT, limit: 'integer' },
  build: (_, { kind, id, limit }) => sql<ReportRow>`
    SELECT ${REPORT} FROM reports AS r
    WHERE r.subject_kind = ${kind} AND r.subject_id = ${id} AND r.state = 'open' ORDER BY r.id LIMIT ${limit}`,
  sample: ({ newest }) => ({ kind: 'post', id: newest, limit: 500 }),
});

export const latest = defineStatement({
  name: 'reports.latest',
  params: { ...ABOUT, reporter: 'bigint' },
  build: (_, { kind, id, reporter }) => sql<ReportRow>`
    SELECT ${REPORT} FROM reports AS r
    WHERE r.reporter_id = ${reporter} AND r.subject_kind = ${kind} AND r.subject_id = ${id}
    ORDER BY r.id DESC LIMIT 1`,
  sample: ({ newest }) => ({ kind: 'post', id: newest, reporter: '1' }),
});

export const upheldAgainst = defineStatement({
  name: 'reports.upheld_against',
  params: { author: 'bigint' },
  build: (_, { author }) => sql<{ readonly count: number }>`
    SELECT count(DISTINCT (subject_kind, subject_id))::integer AS count FROM reports
    WHERE author_id = ${author} AND state = 'upheld'`,
  sample: () => ({ author: '1' }),
});

export const insert = defineStatement({
  name: 'reports.insert',
  params: { row: 'jsonb' },
  build: (_, { row }) => sql`
    INSERT INTO reports (id, reporter_id, subject_kind, subject_id, revision, author_id, reason, note, weight, trusted,
      muted, young, crowd, state, case_id, at, decided_at)
    SELECT r.id, r.reporter_id, r.subject_kind, r.subject_id, r.revision, r.author_id, r.reason, r.note, r.weight,
      r.trusted, r.muted, r.young, r.crowd, r.state, r.case_id, r.at, r.decided_at
    FROM jsonb_to_record(${row}) AS r (id bigint, reporter_id bigint, subject_kind text, subject_id text,
      revision integer, author_id bigint, reason text, note text, weight double precision, trusted boolean,
      muted boolean, young boolean, crowd bigint, state text, case_id bigint, at bigint, decided_at bigint)
    ON CONFLICT (subject_kind, subject_id, reporter_id) WHERE state = 'open' DO NOTHING`,
  sample: ({ newest, now }) => ({
    row: JSON.stringify({
      id: newest,
      reporter_id: '1',
      subject_kind: 'post',
      subject_id: newest,
      revision: 1,
      author_id: '2',
      reason: 'other',
      weight: 1,
      trusted: false,
      muted: false,
      young: false,
      crowd: newest,
      state: 'open',
      at: now,
    }),
  }),
});

export const attach = defineStatement({
  name: 'reports.attach',
  params: { id: 'bigint', to: 'bigint', crowd: 'bigint' },
  build: (_, { id, to, crowd }) => sql`
    UPDATE reports SET case_id = ${to}, crowd = ${crowd} WHERE id = ${id} AND state = 'open'`,
  sample: ({ newest }) => ({ id: newest, to: '1', crowd: newest }),
});

export const reattach = defineStatement({
  name: 'reports.reattach',
  params: { from: 'bigint', to: 'bigint' },
  build: (_, { from, to }) => sql`
    UPDATE reports SET case_id = ${to} WHERE case_id = ${from} AND state = 'open'`,
  sample: () => ({ from: '1', to: '2' }),
});

export const settle = defineStatement({
  name: 'reports.settle',
  params: { of: 'bigint', state: 'text', at: 'bigint', limit: 'integer' },
  build: (_, { of, state, at, limit }) => sql<ReportRow>`
    WITH settled AS (
      UPDATE reports AS r SET state = ${state}, decided_at = ${at}
      FROM (
        SELECT id FROM reports WHERE case_id = ${of} AND state = 'open' ORDER BY id LIMIT ${limit} FOR NO KEY UPDATE
      ) AS next WHERE r.id = next.id RETURNING r.*
    ) SELECT ${REPORT} FROM settled AS r ORDER BY r.id`,
  sample: ({ now }) => ({ of: '1', state: 'upheld', at: now, limit: 100 }),
});

export const settleOne = defineStatement({
  name: 'reports.settle_one',
  params: { id: 'bigint', state: 'text', at: 'bigint' },
  build: (_, { id, state, at }) => sql<ReportRow>`
    UPDATE reports AS r SET state = ${state}, decided_at = ${at}
    WHERE r.id = ${id} AND r.state = 'open' RETURNING ${REPORT}`,
  sample: ({ newest, now }) => ({ id: newest, state: 'moot', at: now }),
});

export const reportersByIds = defineStatement({
  name: 'reporters.by_ids',
  params: { ids: 'bigint[]' },
  build: (_, { ids }) => sql<{
    readonly reporterId: Id;
    readonly upheld: number;
    readonly declined: number;
    readonly trusted: boolean;
    readonly mutedUntil: string | null;
  }>`
    SELECT account_id AS "reporterId", upheld, declined, trusted, muted_until AS "mutedUntil"
    FROM reporters WHERE account_id = ANY(${ids})`,
  sample: ({ ids }) => ({ ids }),
});

/** In order of ids, so that two transactions that count for the same accounts take turns. */
export const count = defineStatement({
  name: 'reporters.count',
  params: { ids: 'bigint[]', upheld: 'integer[]', declined: 'integer[]' },
  build: (_, { ids, upheld, declined }) => sql`
    INSERT INTO reporters AS r (account_id, upheld, declined)
    SELECT u.id, u.upheld, u.declined FROM unnest(${ids}, ${upheld}, ${declined}) AS u (id, upheld, declined)
    ORDER BY u.id
    ON CONFLICT (account_id) DO UPDATE
      SET upheld = r.upheld + excluded.upheld, declined = r.declined + excluded.declined`,
  sample: () => ({ ids: ['1'], upheld: [1], declined: [0] }),
});

export const setTrusted = defineStatement({
  name: 'reporters.set_trusted',
  params: { id: 'bigint', trusted: 'boolean' },
  build: (_, { id, trusted }) => sql`
    INSERT INTO reporters (account_id, trusted) VALUES (${id}, ${trusted})
    ON CONFLICT (account_id) DO UPDATE SET trusted = excluded.trusted`,
  sample: () => ({ id: '1', trusted: true }),
});

export const mute = defineStatement({
  name: 'reporters.mute',
  params: { id: 'bigint', until: 'bigint?' },
  build: (_, { id, until }) => sql`
    INSERT INTO reporters (account_id, muted_until) VALUES (${id}, ${until})
    ON CONFLICT (account_id) DO UPDATE SET muted_until = excluded.muted_until`,
  sample: ({ now }) => ({ id: '1', until: now }),
});
