import { sql } from 'kysely';
import { defineStatement } from '../statement.js';

/** An account as it is selected: column names in domain form, `bigint` as text, the date as `YYYY-MM-DD`. */
export interface AccountRow {
  readonly id: string;
  readonly externalId: string | null;
  readonly handle: string;
  readonly handleSkeleton: string;
  readonly displayName: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly bio: string;
  readonly avatar: { readonly ref: string; readonly alt: string | null } | null;
  readonly verifiedIssuer: string | null;
  readonly verifiedAt: string | null;
  readonly location: string | null;
  readonly birthDate: string | null;
  readonly gender: string | null;
  readonly fieldVisibility: Record<string, 'public' | 'followers' | 'friends' | 'private'>;
  readonly custom: Record<string, unknown>;
  readonly isPrivate: boolean;
  readonly discoverable: boolean;
  readonly role: string;
  readonly state: 'active' | 'limited' | 'suspended' | 'deactivated';
  readonly stateReason: string | null;
  readonly resumeState: 'active' | 'limited' | 'suspended' | null;
  readonly label: string | null;
  readonly labelSource: 'gate' | 'staff' | null;
  readonly followerCount: number;
  readonly followingCount: number;
  readonly friendCount: number;
  readonly postCount: number;
  readonly lastPostId: string | null;
  readonly revision: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

const summaryColumns = sql`
  a.id, a.handle, a.display_name AS "displayName", a.avatar, a.verified_issuer AS "verifiedIssuer",
  a.verified_at AS "verifiedAt", a.is_private AS "isPrivate", a.label`;

const columns = sql`${summaryColumns},
  a.external_id AS "externalId", a.handle_skeleton AS "handleSkeleton", a.first_name AS "firstName",
  a.last_name AS "lastName", a.bio, a.location, to_char(a.birth_date, 'YYYY-MM-DD') AS "birthDate", a.gender,
  a.field_visibility AS "fieldVisibility", a.custom, a.discoverable, a.role, a.state,
  a.state_reason AS "stateReason", a.resume_state AS "resumeState", a.label_source AS "labelSource",
  a.follower_count AS "followerCount", a.following_count AS "followingCount", a.friend_count AS "friendCount",
  a.post_count AS "postCount", a.last_post_id AS "lastPostId", a.revision, a.created_at AS "createdAt",
  a.updated_at AS "updatedAt"`;

export const byIds = defineStatement({
  name: 'accounts.by_ids',
  params: { ids: 'bigint[]' },
  build: (_, { ids }) => sql<AccountRow>`SELECT ${columns} FROM accounts AS a WHERE a.id = ANY(${ids})`,
  sample: ({ ids }) => ({ ids }),
});

/** The columns of an {@link import('@socialkit/core').AccountSummary}. */
export type SummaryRow = Pick<
  AccountRow,
  'id' | 'handle' | 'displayName' | 'avatar' | 'verifiedIssuer' | 'verifiedAt' | 'isPrivate' | 'label'
>;

export const summaries = defineStatement({
  name: 'accounts.summaries',
  params: { ids: 'bigint[]' },
  build: (_, { ids }) =>
    sql<SummaryRow>`SELECT ${summaryColumns} FROM accounts AS a WHERE a.id = ANY(${ids})`,
  sample: ({ ids }) => ({ ids }),
});

export const byExternalId = defineStatement({
  name: 'accounts.by_external_id',
  params: { externalId: 'text' },
  build: (_, { externalId }) =>
    sql<AccountRow>`SELECT ${columns} FROM accounts AS a WHERE a.external_id = ${externalId}`,
  sample: () => ({ externalId: 'sample' }),
});

export const byHandles = defineStatement({
  name: 'accounts.by_handles',
  params: { handles: 'text[]' },
  build: (_, { handles }) =>
    sql<{ id: string; handle: string }>`SELECT id, handle FROM accounts WHERE handle = ANY(${handles})`,
  sample: () => ({ handles: ['sample'] }),
});

export const bySkeleton = defineStatement({
  name: 'accounts.by_skeleton',
  params: { skeleton: 'text' },
  build: (_, { skeleton }) =>
    sql<{ id: string }>`SELECT id FROM accounts WHERE handle_skeleton = ${skeleton}`,
  sample: () => ({ skeleton: 'sample' }),
});

export const releasedBy = defineStatement({
  name: 'released_handles.holder',
  params: { skeleton: 'text', now: 'bigint' },
  build: (_, { skeleton, now }) => sql<{ id: string }>`
    SELECT account_id AS id FROM released_handles WHERE skeleton = ${skeleton} AND expires_at > ${now}`,
  sample: ({ now }) => ({ skeleton: 'sample', now }),
});

export const keepReleased = defineStatement({
  name: 'released_handles.keep',
  params: { skeleton: 'text', id: 'bigint', expiresAt: 'bigint' },
  build: (_, { skeleton, id, expiresAt }) => sql`
    INSERT INTO released_handles (skeleton, account_id, expires_at) VALUES (${skeleton}, ${id}, ${expiresAt})
    ON CONFLICT (skeleton) DO UPDATE SET account_id = excluded.account_id, expires_at = excluded.expires_at`,
  sample: ({ newest, now }) => ({ skeleton: 'sample', id: newest, expiresAt: now }),
});

/** Waits for whoever holds one of the unique keys, and then sees whether he committed. */
export const insert = defineStatement({
  name: 'accounts.insert',
  params: {
    id: 'bigint',
    externalId: 'text?',
    handle: 'text',
    handleSkeleton: 'text',
    displayName: 'text',
    firstName: 'text?',
    lastName: 'text?',
    bio: 'text',
    avatar: 'jsonb?',
    verifiedIssuer: 'text?',
    verifiedAt: 'bigint?',
    location: 'text?',
    birthDate: 'text?',
    gender: 'text?',
    fieldVisibility: 'jsonb',
    custom: 'jsonb',
    isPrivate: 'boolean',
    discoverable: 'boolean',
    role: 'text',
    state: 'text',
    stateReason: 'text?',
    resumeState: 'text?',
    label: 'text?',
    labelSource: 'text?',
    revision: 'integer',
    createdAt: 'bigint',
    updatedAt: 'bigint',
  },
  build: (_, p) => sql`
    INSERT INTO accounts (id, external_id, handle, handle_skeleton, display_name, first_name, last_name, bio, avatar, verified_issuer, verified_at, location, birth_date, gender, field_visibility, custom, is_private, discoverable, role, state, state_reason, resume_state, label, label_source, revision, created_at, updated_at)
    VALUES (${p.id}, ${p.externalId}, ${p.handle}, ${p.handleSkeleton}, ${p.displayName}, ${p.firstName}, ${p.lastName}, ${p.bio}, ${p.avatar}, ${p.verifiedIssuer}, ${p.verifiedAt}, ${p.location}, ${p.birthDate}::date, ${p.gender}, ${p.fieldVisibility}, ${p.custom}, ${p.isPrivate}, ${p.discoverable}, ${p.role}, ${p.state}, ${p.stateReason}, ${p.resumeState}, ${p.label}, ${p.labelSource}, ${p.revision}, ${p.createdAt}, ${p.updatedAt})
    ON CONFLICT DO NOTHING`,
  sample: ({ newest, now }) => ({
    id: newest,
    externalId: null,
    handle: 'sample',
    handleSkeleton: 'sample',
    displayName: 'sample',
    firstName: null,
    lastName: null,
    bio: 'sample',
    avatar: null,
    verifiedIssuer: null,
    verifiedAt: null,
    location: null,
    birthDate: null,
    gender: null,
    fieldVisibility: '{}',
    custom: '{}',
    isPrivate: true,
    discoverable: true,
    role: 'sample',
    state: 'active',
    stateReason: null,
    resumeState: null,
    label: null,
    labelSource: null,
    revision: 1,
    createdAt: now,
    updatedAt: now,
  }),
});

/** One statement for any change: null in `changes` clears, an absent key leaves the column alone. */
export const update = defineStatement({
  name: 'accounts.update',
  params: { id: 'bigint', changes: 'jsonb', at: 'bigint' },
  build: (_, { id, changes, at }) => sql<{ revision: number }>`
    UPDATE accounts AS a SET
      display_name = CASE WHEN c.j ? 'displayName' THEN c.j ->> 'displayName' ELSE a.display_name END,
      first_name = CASE WHEN c.j ? 'firstName' THEN c.j ->> 'firstName' ELSE a.first_name END,
      last_name = CASE WHEN c.j ? 'lastName' THEN c.j ->> 'lastName' ELSE a.last_name END,
      bio = CASE WHEN c.j ? 'bio' THEN c.j ->> 'bio' ELSE a.bio END,
      avatar = CASE WHEN c.j ? 'avatar' THEN nullif(c.j -> 'avatar', 'null') ELSE a.avatar END,
      verified_issuer = CASE WHEN c.j ? 'verifiedIssuer' THEN c.j ->> 'verifiedIssuer' ELSE a.verified_issuer END,
      verified_at = CASE WHEN c.j ? 'verifiedAt' THEN (c.j ->> 'verifiedAt')::bigint ELSE a.verified_at END,
      location = CASE WHEN c.j ? 'location' THEN c.j ->> 'location' ELSE a.location END,
      birth_date = CASE WHEN c.j ? 'birthDate' THEN (c.j ->> 'birthDate')::date ELSE a.birth_date END,
      gender = CASE WHEN c.j ? 'gender' THEN c.j ->> 'gender' ELSE a.gender END,
      field_visibility = CASE WHEN c.j ? 'fieldVisibility' THEN c.j -> 'fieldVisibility' ELSE a.field_visibility END,
      custom = CASE WHEN c.j ? 'custom' THEN c.j -> 'custom' ELSE a.custom END,
      is_private = CASE WHEN c.j ? 'isPrivate' THEN (c.j ->> 'isPrivate')::boolean ELSE a.is_private END,
      discoverable = CASE WHEN c.j ? 'discoverable' THEN (c.j ->> 'discoverable')::boolean ELSE a.discoverable END,
      role = CASE WHEN c.j ? 'role' THEN c.j ->> 'role' ELSE a.role END,
      label = CASE WHEN c.j ? 'label' THEN c.j ->> 'label' ELSE a.label END,
      label_source = CASE WHEN c.j ? 'labelSource' THEN c.j ->> 'labelSource' ELSE a.label_source END,
      revision = a.revision + 1,
      updated_at = ${at}
    FROM (SELECT ${changes} AS j) AS c
    WHERE a.id = ${id}
    RETURNING a.revision`,
  sample: ({ newest, now }) => ({ id: newest, changes: '{}', at: now }),
});

export const rename = defineStatement({
  name: 'accounts.rename',
  params: { id: 'bigint', handle: 'text', skeleton: 'text', at: 'bigint' },
  build: (_, { id, handle, skeleton, at }) => sql<{ revision: number }>`
    UPDATE accounts SET handle = ${handle}, handle_skeleton = ${skeleton}, revision = revision + 1, updated_at = ${at}
    WHERE id = ${id}
    RETURNING revision`,
  sample: ({ newest, now }) => ({ id: newest, handle: 'sample', skeleton: 'sample', at: now }),
});

export const moveState = defineStatement({
  name: 'accounts.move_state',
  params: { id: 'bigint', from: 'text', to: 'text', reason: 'text?', resume: 'text?', at: 'bigint' },
  build: (_, { id, from, to, reason, resume, at }) => sql`
    UPDATE accounts
    SET state = ${to}, state_reason = ${reason}, resume_state = ${resume}, revision = revision + 1, updated_at = ${at}
    WHERE id = ${id} AND state = ${from}`,
  sample: ({ newest, now }) => ({
    id: newest,
    from: 'active',
    to: 'limited',
    reason: null,
    resume: null,
    at: now,
  }),
});
