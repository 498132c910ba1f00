import type { MemberRole, MemberState, NotificationLevel } from '@socialkit/chat';
import type { Id } from '@socialkit/core';
import { sql } from 'kysely';
import { defineStatement } from '../../statement.js';

/** A membership as the statements below give it; numbers that may pass 2^31 are text. */
export interface MemberRow {
  readonly conversationId: Id;
  readonly userId: Id;
  readonly role: MemberRole;
  readonly state: MemberState;
  readonly since: string;
  readonly invitedBy: Id | null;
  readonly joinedAt: string | null;
  readonly joinedSeq: string;
  readonly joinedOffset: string;
  readonly lastReadSeq: string;
  readonly lastDeliveredSeq: string;
  readonly mentionCount: number;
  readonly markedUnread: boolean;
  readonly markedUnreadVersion: number;
  readonly notify: NotificationLevel;
  readonly mutedUntil: string | null;
  readonly archivedAt: string | null;
  readonly pinnedAt: string | null;
  readonly clearedSeq: string;
}

export const MEMBER_FIELDS = sql`
  m.conversation_id AS "conversationId", m.user_id AS "userId", m.role, m.state, m.since, m.invited_by AS "invitedBy",
  m.joined_at AS "joinedAt", m.joined_seq AS "joinedSeq", m.joined_offset AS "joinedOffset",
  m.last_read_seq AS "lastReadSeq", m.last_delivered_seq AS "lastDeliveredSeq", m.mention_count AS "mentionCount",
  m.marked_unread AS "markedUnread", m.marked_unread_version AS "markedUnreadVersion", m.notify,
  m.muted_until AS "mutedUntil", m.archived_at AS "archivedAt", m.pinned_at AS "pinnedAt", m.cleared_seq AS "clearedSeq"`;

/** Highest role first. */
const RANK = sql`array_position(ARRAY['owner', 'admin', 'member'], m.role)`;

export const ofConversation = defineStatement({
  name: 'members.of_conversation',
  params: { conversation: 'bigint', users: 'bigint[]' },
  build: (_, { conversation, users }) => sql<MemberRow>`
    SELECT ${MEMBER_FIELDS} FROM conversation_members AS m
    WHERE m.conversation_id = ${conversation} AND m.user_id = ANY(${users})`,
  sample: ({ newest, ids }) => ({ conversation: newest, users: ids }),
});

export const at = defineStatement({
  name: 'members.at',
  params: { conversations: 'bigint[]', users: 'bigint[]' },
  build: (_, { conversations, users }) => sql<MemberRow>`
    SELECT ${MEMBER_FIELDS} FROM unnest(${conversations}, ${users}) AS place (conversation_id, user_id)
    JOIN conversation_members AS m
      ON m.conversation_id = place.conversation_id AND m.user_id = place.user_id`,
  sample: ({ ids }) => ({ conversations: ids, users: ids }),
});

export const list = defineStatement({
  name: 'members.list',
  params: {
    conversation: 'bigint',
    states: 'text[]',
    afterRank: 'integer',
    afterUser: 'bigint',
    limit: 'integer',
  },
  build: (_, { conversation, states, afterRank, afterUser, limit }) => sql<MemberRow>`
    SELECT ${MEMBER_FIELDS} FROM conversation_members AS m
    WHERE m.conversation_id = ${conversation} AND m.state = ANY(${states})
      AND (${RANK}, m.user_id) > (${afterRank}, ${afterUser})
    ORDER BY ${RANK}, m.user_id LIMIT ${limit}`,
  sample: ({ newest }) => ({
    conversation: newest,
    states: ['active'],
    afterRank: 0,
    afterUser: '0',
    limit: 21,
  }),
});

/**
 * Reads the conversations of one account whole and sorts them: what sorts is on the conversation's row, once for all members.
 * LIMIT keeps each lookup a probe of the primary key: without it the planner may read the whole table.
 */
export const conversations = defineStatement({
  name: 'members.conversations',
  params: {
    user: 'bigint',
    states: 'text[]',
    archived: 'boolean?',
    unread: 'boolean?',
    muted: 'boolean?',
    now: 'bigint',
    afterPinned: 'boolean',
    afterAt: 'bigint',
    afterId: 'bigint',
    limit: 'integer',
  },
  build: (_, q) => sql<{ pinned: boolean; at: string; conversationId: Id }>`
    SELECT * FROM (
      SELECT m.pinned_at IS NOT NULL AS pinned, coalesce(c.last_message_at, c.created_at) AS at,
        c.id AS "conversationId"
      FROM conversation_members AS m
      CROSS JOIN LATERAL (
        SELECT id, kind, created_by, created_at, last_seq, last_message_at FROM conversations
        WHERE id = m.conversation_id AND deleted_at IS NULL LIMIT 1
      ) AS c
      WHERE m.user_id = ${q.user} AND m.state = ANY(${q.states})
        AND (${q.archived} IS NULL OR (m.archived_at IS NOT NULL) = ${q.archived})
        AND (c.kind = 'group' OR c.last_seq > 0 OR c.created_by = m.user_id)
        AND (${q.unread} IS NULL
          OR ${q.unread} = (m.marked_unread OR c.last_seq > greatest(m.last_read_seq, m.cleared_seq)))
        AND (${q.muted} IS NULL OR ${q.muted} = coalesce(m.muted_until > ${q.now}, false))
    ) AS listed
    WHERE (pinned, at, "conversationId") < (${q.afterPinned}, ${q.afterAt}, ${q.afterId})
    ORDER BY pinned DESC, at DESC, "conversationId" DESC LIMIT ${q.limit}`,
  sample: ({ newest, now }) => ({
    user: '1',
    states: ['active'],
    archived: false,
    unread: null,
    muted: null,
    now,
    afterPinned: true,
    afterAt: now,
    afterId: newest,
    limit: 21,
  }),
});

export const shared = defineStatement({
  name: 'members.shared',
  params: { a: 'bigint', b: 'bigint', before: 'bigint', limit: 'integer' },
  build: (_, { a, b, before, limit }) => sql<{ id: Id }>`
    SELECT c.id FROM conversation_members AS mine
    JOIN conversation_members AS theirs
      ON theirs.conversation_id = mine.conversation_id AND theirs.user_id = ${b} AND theirs.state = 'active'
    JOIN conversations AS c ON c.id = mine.conversation_id AND c.deleted_at IS NULL
    WHERE mine.user_id = ${a} AND mine.state = 'active' AND mine.conversation_id < ${before}
    ORDER BY c.id DESC LIMIT ${limit}`,
  sample: ({ newest }) => ({ a: '1', b: '2', before: newest, limit: 21 }),
});

export const countPinned = defineStatement({
  name: 'members.count_pinned',
  params: { user: 'bigint' },
  build: (_, { user }) => sql<{ count: number }>`
    SELECT count(*)::integer AS count FROM conversation_members
    WHERE user_id = ${user} AND state = 'active' AND pinned_at IS NOT NULL`,
  sample: () => ({ user: '1' }),
});

export const count = defineStatement({
  name: 'members.count',
  params: { conversation: 'bigint', state: 'text' },
  build: (_, { conversation, state }) => sql<{ count: number }>`
    SELECT count(*)::integer AS count FROM conversation_members
    WHERE conversation_id = ${conversation} AND state = ${state}`,
  sample: ({ newest }) => ({ conversation: newest, state: 'invited' }),
});

export const seniors = defineStatement({
  name: 'members.seniors',
  params: { conversation: 'bigint', limit: 'integer' },
  build: (_, { conversation, limit }) => sql<{ userId: Id }>`
    SELECT m.user_id AS "userId" FROM conversation_members AS m
    WHERE m.conversation_id = ${conversation} AND m.state = 'active' AND m.role <> 'owner'
    ORDER BY ${RANK}, m.joined_at, m.user_id LIMIT ${limit}`,
  sample: ({ newest }) => ({ conversation: newest, limit: 10 }),
});

/** The caller holds the conversation's lock, so that what is counted before the move is what the move changes. */
export const move = defineStatement({
  name: 'members.move',
  params: { conversation: 'bigint', moves: 'jsonb', at: 'bigint' },
  build: (_, { conversation, moves, at }) => sql`
    WITH wanted AS (
      SELECT * FROM jsonb_to_recordset(${moves}) AS w (
        user_id bigint, state text, role text, invited_by bigint, keep_inviter boolean, seq bigint, "offset" bigint)
    ), counted AS (
      SELECT (SELECT count(*) FROM wanted WHERE state = 'active') - (
        SELECT count(*) FROM conversation_members AS m JOIN wanted ON wanted.user_id = m.user_id
        WHERE m.conversation_id = ${conversation} AND m.state = 'active') AS change
    ), counting AS (
      UPDATE conversations SET member_count = member_count + counted.change
      FROM counted WHERE id = ${conversation} AND counted.change <> 0
    )
    INSERT INTO conversation_members AS m (conversation_id, user_id, role, state, since, invited_by, joined_at,
      joined_seq, joined_offset, last_read_seq, last_delivered_seq)
    SELECT ${conversation}, user_id, role, state, ${at}, invited_by, CASE WHEN seq IS NOT NULL THEN ${at} END,
      coalesce(seq, 0), coalesce("offset", 0), coalesce(seq, 0), coalesce(seq, 0)
    FROM wanted
    ON CONFLICT (conversation_id, user_id) DO UPDATE SET
      role = excluded.role, state = excluded.state, since = excluded.since,
      invited_by = CASE WHEN (SELECT keep_inviter FROM wanted WHERE wanted.user_id = m.user_id)
        THEN m.invited_by ELSE excluded.invited_by END,
      joined_at = coalesce(excluded.joined_at, m.joined_at),
      joined_seq = CASE WHEN excluded.joined_at IS NULL THEN m.joined_seq ELSE excluded.joined_seq END,
      joined_offset = CASE WHEN excluded.joined_at IS NULL THEN m.joined_offset ELSE excluded.joined_offset END,
      mention_count = CASE WHEN excluded.last_read_seq > m.last_read_seq THEN 0 ELSE m.mention_count END,
      marked_unread = m.marked_unread AND excluded.last_read_seq <= m.last_read_seq,
      last_read_seq = greatest(m.last_read_seq, excluded.last_read_seq),
      last_delivered_seq = greatest(m.last_delivered_seq, excluded.last_delivered_seq)`,
  sample: ({ newest, now }) => ({
    conversation: newest,
    moves: '[{"user_id":"1","state":"active","role":"member","keep_inviter":true,"seq":0,"offset":0}]',
    at: now,
  }),
});

export const setRole = defineStatement({
  name: 'members.set_role',
  params: { conversation: 'bigint', user: 'bigint', role: 'text' },
  build: (_, { conversation, user, role }) => sql`
    UPDATE conversation_members SET role = ${role}
    WHERE conversation_id = ${conversation} AND user_id = ${user}`,
  sample: ({ newest }) => ({ conversation: newest, user: '1', role: 'admin' }),
});

export const prefer = defineStatement({
  name: 'members.prefer',
  params: {
    conversation: 'bigint',
    user: 'bigint',
    notify: 'text?',
    mutedUntil: 'bigint?',
    archivedAt: 'bigint?',
    pinnedAt: 'bigint?',
    clearedSeq: 'bigint?',
    set: 'text[]',
  },
  build: (_, p) => sql`
    UPDATE conversation_members SET
      notify = CASE WHEN 'notify' = ANY(${p.set}) THEN ${p.notify} ELSE notify END,
      muted_until = CASE WHEN 'mutedUntil' = ANY(${p.set}) THEN ${p.mutedUntil} ELSE muted_until END,
      archived_at = CASE WHEN 'archivedAt' = ANY(${p.set}) THEN ${p.archivedAt} ELSE archived_at END,
      pinned_at = CASE WHEN 'pinnedAt' = ANY(${p.set}) THEN ${p.pinnedAt} ELSE pinned_at END,
      cleared_seq = coalesce(${p.clearedSeq}, cleared_seq),
      last_read_seq = greatest(last_read_seq, ${p.clearedSeq}),
      last_delivered_seq = greatest(last_delivered_seq, ${p.clearedSeq}),
      mention_count = CASE WHEN ${p.clearedSeq} IS NULL THEN mention_count ELSE 0 END,
      marked_unread = marked_unread AND ${p.clearedSeq} IS NULL
    WHERE conversation_id = ${p.conversation} AND user_id = ${p.user}`,
  sample: ({ newest }) => ({
    conversation: newest,
    user: '1',
    notify: null,
    mutedUntil: null,
    archivedAt: null,
    pinnedAt: null,
    clearedSeq: null,
    set: ['mutedUntil'],
  }),
});
