import type { Id, SubjectKind } from '@socialkit/core';
import type { AuthorTier, ModerationResult, SpamFacts } from '@socialkit/moderation';
import { sql } from 'kysely';
import { defineStatement } from '../../statement.js';

/** A kept result as the statements give it. */
export interface ResultRow {
  readonly id: Id;
  readonly at: string;
  readonly authorId: Id;
  readonly authorTier: AuthorTier;
  readonly locale: string | null;
  readonly result: ModerationResult;
  readonly facts: SpamFacts | null;
  readonly simhash: string | null;
  readonly domains: readonly string[];
  readonly media: readonly string[];
  readonly subjectKind: SubjectKind | null;
  readonly subjectId: string | null;
  readonly revision: number | null;
  readonly offence: boolean | null;
}

const RESULT = sql`
  id, at, author_id AS "authorId", author_tier AS "authorTier", locale, result, facts, simhash, domains, media,
  subject_kind AS "subjectKind", subject_id AS "subjectId", revision, offence`;

export const byIds = defineStatement({
  name: 'moderation_results.by_ids',
  params: { ids: 'bigint[]' },
  build: (_, { ids }) => sql<ResultRow>`SELECT ${RESULT} FROM moderation_results WHERE id = ANY(${ids})`,
  sample: ({ ids }) => ({ ids }),
});

export const ofSubject = defineStatement({
  name: 'moderation_results.of_subject',
  params: { kind: 'text', id: 'text', limit: 'integer' },
  build: (_, { kind, id, limit }) => sql<ResultRow>`
    SELECT ${RESULT} FROM moderation_results
    WHERE subject_kind = ${kind} AND subject_id = ${id} ORDER BY id DESC LIMIT ${limit}`,
  sample: ({ newest }) => ({ kind: 'post', id: newest, limit: 10 }),
});

export const walk = defineStatement({
  name: 'moderation_results.walk',
  params: { after: 'bigint', limit: 'integer' },
  build: (_, { after, limit }) => sql<ResultRow>`
    SELECT ${RESULT} FROM moderation_results WHERE id > ${after} ORDER BY id LIMIT ${limit}`,
  sample: ({ oldest }) => ({ after: oldest, limit: 100 }),
});

export const insert = defineStatement({
  name: 'moderation_results.insert',
  params: {
    id: 'bigint',
    at: 'bigint',
    author: 'bigint',
    tier: 'text',
    locale: 'text?',
    result: 'jsonb',
    facts: 'jsonb?',
    simhash: 'text?',
    domains: 'text[]',
    media: 'text[]',
  },
  build: (_, { id, at, author, tier, locale, result, facts, simhash, domains, media }) => sql`
    INSERT INTO moderation_results
      (id, at, author_id, author_tier, locale, result, facts, simhash, domains, media)
    VALUES (${id}, ${at}, ${author}, ${tier}, ${locale}, ${result}, ${facts}, ${simhash}, ${domains}, ${media})`,
  sample: ({ newest, now }) => ({
    id: newest,
    at: now,
    author: '1',
    tier: 'known',
    locale: null,
    result: '{}',
    facts: null,
    simhash: null,
    domains: [],
    media: [],
  }),
});

export const bind = defineStatement({
  name: 'moderation_results.bind',
  params: { id: 'bigint', kind: 'text', subject: 'text', revision: 'integer' },
  build: (_, { id, kind, subject, revision }) => sql`
    UPDATE moderation_results SET subject_kind = ${kind}, subject_id = ${subject}, revision = ${revision}
    WHERE id = ${id} AND subject_id IS NULL`,
  sample: ({ newest }) => ({ id: newest, kind: 'post', subject: '1', revision: 1 }),
});

export const label = defineStatement({
  name: 'moderation_results.label',
  params: { id: 'bigint', offence: 'boolean' },
  build: (_, { id, offence }) => sql`UPDATE moderation_results SET offence = ${offence} WHERE id = ${id}`,
  sample: ({ newest }) => ({ id: newest, offence: true }),
});

export const purge = defineStatement({
  name: 'moderation_results.purge',
  params: { before: 'bigint', limit: 'integer' },
  build: (_, { before, limit }) => sql`
    DELETE FROM moderation_results WHERE id IN (
      SELECT id FROM moderation_results WHERE at < ${before} ORDER BY at, id LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )`,
  sample: ({ now }) => ({ before: now, limit: 100 }),
});
