import { sql } from 'kysely';
import { defineStatement } from '../../statement.js';
import { CASE, type CaseRow } from './columns.js';

const OPEN = sql`c.state IN ('open', 'escalated')`;

export const byIds = defineStatement({
  name: 'cases.by_ids',
  params: { ids: 'bigint[]' },
  build: (_, { ids }) => sql<CaseRow>`SELECT ${CASE} FROM moderation_cases AS c WHERE c.id = ANY(${ids})`,
  sample: ({ ids }) => ({ ids }),
});

export const list = defineStatement({
  name: 'cases.list',
  params: {
    states: 'text[]',
    queue: 'text?',
    notQueues: 'text[]',
    rank: 'bigint?',
    id: 'bigint?',
    limit: 'integer',
  },
  build: (_, { states, queue, notQueues, rank, id, limit }) => sql<CaseRow>`
    SELECT ${CASE} FROM moderation_cases AS c
    WHERE c.state = ANY(${states}) AND (${queue} IS NULL OR c.queue = ${queue}) AND c.queue <> ALL(${notQueues})
      AND (${rank} IS NULL OR c.rank < ${rank} OR (c.rank = ${rank} AND c.id > ${id}))
    ORDER BY c.rank DESC, c.id LIMIT ${limit}`,
  sample: () => ({ states: ['open'], queue: 'spam', notQueues: [], rank: 5, id: '1', limit: 20 }),
});

export const ofSubject = defineStatement({
  name: 'cases.of_subject',
  params: { kind: 'text', id: 'text', limit: 'integer' },
  build: (_, { kind, id, limit }) => sql<CaseRow>`
    SELECT ${CASE} FROM moderation_cases AS c
    WHERE c.subject_kind = ${kind} AND c.subject_id = ${id} ORDER BY c.id DESC LIMIT ${limit}`,
  sample: ({ newest }) => ({ kind: 'post', id: newest, limit: 10 }),
});

/** Hexadecimal digits as the 64 bits they are. */
export const nearText = defineStatement({
  name: 'cases.near_text',
  params: { simhash: 'text', bits: 'integer', limit: 'integer' },
  build: (_, { simhash, bits, limit }) => sql<CaseRow>`
    SELECT ${CASE} FROM moderation_cases AS c
    WHERE ${OPEN} AND c.lane = 'review' AND c.simhash IS NOT NULL
      AND bit_count(('x' || c.simhash)::bit(64) # ('x' || ${simhash})::bit(64)) <= ${bits}
    ORDER BY c.id LIMIT ${limit}`,
  sample: () => ({ simhash: '0000000000000000', bits: 8, limit: 100 }),
});

export const nearDomain = defineStatement({
  name: 'cases.near_domain',
  params: { domains: 'text[]', limit: 'integer' },
  build: (_, { domains, limit }) => sql<CaseRow>`
    SELECT ${CASE} FROM moderation_cases AS c
    WHERE ${OPEN} AND c.lane = 'review' AND c.domains && ${domains} ORDER BY c.id LIMIT ${limit}`,
  sample: () => ({ domains: ['a.example'], limit: 100 }),
});

export const nearMedia = defineStatement({
  name: 'cases.near_media',
  params: { media: 'text[]', limit: 'integer' },
  build: (_, { media, limit }) => sql<CaseRow>`
    SELECT ${CASE} FROM moderation_cases AS c
    WHERE ${OPEN} AND c.lane = 'review' AND c.media && ${media} ORDER BY c.id LIMIT ${limit}`,
  sample: () => ({ media: ['ref'], limit: 100 }),
});

export const insert = defineStatement({
  name: 'cases.insert',
  params: {
    row: 'jsonb',
    notBy: 'bigint[]',
    rules: 'text[]',
    detectors: 'text[]',
    domains: 'text[]',
    media: 'text[]',
  },
  build: (_, { row, notBy, rules, detectors, domains, media }) => sql`
    INSERT INTO moderation_cases (id, lane, subject_kind, subject_id, revision, content_hash, author_id, queue,
      category, severity, confidence, reach, source, report_weight, report_count, trusted, rank, state, result_id,
      rules, detectors, simhash, domains, media, not_by, of_case_id, opened_at, due_at)
    SELECT r.id, r.lane, r.subject_kind, r.subject_id, r.revision, r.content_hash, r.author_id, r.queue, r.category,
      r.severity, r.confidence, r.reach, r.source, r.report_weight, r.report_count, r.trusted, r.rank, r.state,
      r.result_id, ${rules}, ${detectors}, r.simhash, ${domains}, ${media}, ${notBy}, r.of_case_id, r.opened_at, r.due_at
    FROM jsonb_to_record(${row}) AS r (id bigint, lane text, subject_kind text, subject_id text, revision integer,
      content_hash text, author_id bigint, queue text, category text, severity integer, confidence double precision,
      reach double precision, source text, report_weight double precision, report_count integer, trusted boolean,
      rank bigint, state text, result_id bigint, simhash text, of_case_id bigint, opened_at bigint, due_at bigint)
    ON CONFLICT (subject_kind, subject_id, lane, revision) WHERE state IN ('open', 'escalated') DO NOTHING`,
  sample: ({ newest, now }) => ({
    row: JSON.stringify({
      id: newest,
      lane: 'review',
      subject_kind: 'post',
      subject_id: newest,
      revision: 1,
      content_hash: '',
      author_id: '1',
      queue: 'spam',
      category: 'spam',
      severity: 1,
      confidence: 1,
      reach: 0,
      source: 'report',
      report_weight: 1,
      report_count: 1,
      trusted: false,
      rank: 0,
      state: 'open',
      opened_at: now,
      due_at: now,
    }),
    notBy: [],
    rules: [],
    detectors: [],
    domains: [],
    media: [],
  }),
});

export const lock = defineStatement({
  name: 'cases.lock',
  params: { id: 'bigint' },
  build: (_, { id }) => sql`SELECT FROM moderation_cases WHERE id = ${id} FOR NO KEY UPDATE`,
  sample: ({ newest }) => ({ id: newest }),
});

const LANE = { kind: 'text', id: 'text', lane: 'text' } as const;

export const lockOpen = defineStatement({
  name: 'cases.lock_open',
  params: LANE,
  build: (_, { kind, id, lane }) => sql`
    SELECT FROM moderation_cases AS c
    WHERE c.subject_kind = ${kind} AND c.subject_id = ${id} AND c.lane = ${lane} AND ${OPEN}
    ORDER BY c.id FOR NO KEY UPDATE`,
  sample: ({ newest }) => ({ kind: 'post', id: newest, lane: 'review' }),
});

export const open = defineStatement({
  name: 'cases.open',
  params: LANE,
  build: (_, { kind, id, lane }) => sql<CaseRow>`
    SELECT ${CASE} FROM moderation_cases AS c
    WHERE c.subject_kind = ${kind} AND c.subject_id = ${id} AND c.lane = ${lane} AND ${OPEN} ORDER BY c.id`,
  sample: ({ newest }) => ({ kind: 'post', id: newest, lane: 'review' }),
});

export const claim = defineStatement({
  name: 'cases.claim',
  params: {
    moderator: 'bigint',
    states: 'text[]',
    queue: 'text?',
    notQueues: 'text[]',
    except: 'bigint[]',
    now: 'bigint',
    until: 'bigint',
  },
  build: (_, { moderator, states, queue, notQueues, except, now, until }) => sql<CaseRow>`
    UPDATE moderation_cases AS c
    SET claimed_by = ${moderator}, claimed_at = ${now}, claim_until = ${until}, tokens = c.tokens + 1
    FROM (
      SELECT c.id FROM moderation_cases AS c
      WHERE ${OPEN} AND c.state = ANY(${states}) AND (${queue} IS NULL OR c.queue = ${queue})
        AND c.queue <> ALL(${notQueues}) AND c.author_id <> ${moderator} AND ${moderator} <> ALL(c.not_by)
        AND c.id <> ALL(${except}) AND (c.claim_until IS NULL OR c.claim_until <= ${now})
      ORDER BY c.rank DESC, c.id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
    ) AS next
    WHERE c.id = next.id RETURNING ${CASE}`,
  sample: ({ now }) => ({
    moderator: '1',
    states: ['open'],
    queue: null,
    notQueues: [],
    except: [],
    now,
    until: now,
  }),
});

export const extend = defineStatement({
  name: 'cases.extend',
  params: { id: 'bigint', moderator: 'bigint', token: 'integer', until: 'bigint' },
  build: (_, { id, moderator, token, until }) => sql`
    UPDATE moderation_cases AS c SET claim_until = greatest(c.claim_until, ${until})
    WHERE c.id = ${id} AND ${OPEN} AND c.claimed_by = ${moderator} AND c.tokens = ${token}`,
  sample: ({ newest, now }) => ({ id: newest, moderator: '1', token: 1, until: now }),
});

export const breach = defineStatement({
  name: 'cases.breach',
  params: { now: 'bigint', limit: 'integer' },
  build: (_, { now, limit }) => sql<CaseRow>`
    UPDATE moderation_cases AS c SET breached_at = ${now}
    FROM (
      SELECT c.id FROM moderation_cases AS c
      WHERE ${OPEN} AND c.breached_at IS NULL AND c.due_at <= ${now}
      ORDER BY c.due_at, c.id LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED
    ) AS late
    WHERE c.id = late.id RETURNING ${CASE}`,
  sample: ({ now }) => ({ now, limit: 100 }),
});
