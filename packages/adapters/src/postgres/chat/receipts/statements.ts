import type { Id } from '@socialkit/core';
import { sql } from 'kysely';
import { defineStatement } from '../../statement.js';

/** Marks as the statements give them; numbers that may pass 2^31 are text. */
export interface MarksRow {
  readonly conversationId: Id;
  readonly userId: Id;
  readonly lastReadSeq: string;
  readonly lastDeliveredSeq: string;
  readonly mentionCount: number;
  readonly markedUnread: boolean;
  readonly markedUnreadVersion: number;
  readonly lastSeq: string;
  readonly clearedSeq: string;
}

/** The member is `m`, its conversation `c`. */
const MARKS = sql`
  m.conversation_id AS "conversationId", m.user_id AS "userId", m.last_read_seq AS "lastReadSeq",
  m.last_delivered_seq AS "lastDeliveredSeq", m.mention_count AS "mentionCount", m.marked_unread AS "markedUnread",
  m.marked_unread_version AS "markedUnreadVersion", c.last_seq AS "lastSeq", m.cleared_seq AS "clearedSeq"`;

const MEMBER = { conversation: 'bigint', user: 'bigint' } as const;

export const marks = defineStatement({
  name: 'receipts.marks',
  params: MEMBER,
  build: (_, { conversation, user }) => sql<MarksRow>`
    SELECT ${MARKS} FROM conversation_members AS m
    JOIN conversations AS c ON c.id = m.conversation_id AND c.deleted_at IS NULL
    WHERE m.conversation_id = ${conversation} AND m.user_id = ${user} AND m.state = 'active'`,
  sample: ({ newest }) => ({ conversation: newest, user: '1' }),
});

export const lock = defineStatement({
  name: 'receipts.lock',
  params: MEMBER,
  build: (_, { conversation, user }) => sql`
    SELECT FROM conversation_members WHERE conversation_id = ${conversation} AND user_id = ${user}
    FOR NO KEY UPDATE`,
  sample: ({ newest }) => ({ conversation: newest, user: '1' }),
});

export const advance = defineStatement({
  name: 'receipts.advance',
  params: { ...MEMBER, read: 'bigint', delivered: 'bigint', unmark: 'boolean' },
  build: (_, { conversation, user, read, delivered, unmark }) => {
    const now = sql`greatest(m.last_read_seq, least(${read}, c.last_seq))`;
    return sql<MarksRow>`
      UPDATE conversation_members AS m SET last_read_seq = ${now},
        last_delivered_seq = greatest(m.last_delivered_seq, ${now}, least(${delivered}, c.last_seq)),
        mention_count = (
          SELECT count(*) FROM message_mentions AS x
          WHERE x.conversation_id = ${conversation} AND x.user_id = ${user} AND x.seq > ${now}
        ),
        marked_unread = m.marked_unread AND NOT ${unmark}
      FROM conversations AS c
      WHERE c.id = ${conversation} AND m.conversation_id = ${conversation} AND m.user_id = ${user}
      RETURNING ${MARKS}`;
  },
  sample: ({ newest }) => ({ conversation: newest, user: '1', read: 1, delivered: 1, unmark: false }),
});

export const markUnread = defineStatement({
  name: 'receipts.mark_unread',
  params: MEMBER,
  build: (_, { conversation, user }) => sql<MarksRow>`
    UPDATE conversation_members AS m SET marked_unread = true, marked_unread_version = m.marked_unread_version + 1
    FROM conversations AS c
    WHERE c.id = ${conversation} AND m.conversation_id = ${conversation} AND m.user_id = ${user}
    RETURNING ${MARKS}`,
  sample: ({ newest }) => ({ conversation: newest, user: '1' }),
});

export const shared = defineStatement({
  name: 'receipts.shared',
  params: { conversation: 'bigint', limit: 'integer' },
  build: (_, { conversation, limit }) => sql<{
    readonly userId: Id;
    readonly readSeq: string;
    readonly deliveredSeq: string;
  }>`
    SELECT s.user_id AS "userId", s.read_seq AS "readSeq", s.delivered_seq AS "deliveredSeq"
    FROM shared_receipts AS s
    JOIN conversation_members AS m ON m.conversation_id = s.conversation_id AND m.user_id = s.user_id
    WHERE s.conversation_id = ${conversation} AND m.state = 'active' ORDER BY s.user_id LIMIT ${limit}`,
  sample: ({ newest }) => ({ conversation: newest, limit: 100 }),
});

export const sharedAt = defineStatement({
  name: 'receipts.shared_at',
  params: MEMBER,
  build: (_, { conversation, user }) => sql<{ readonly at: string }>`
    SELECT shared_at AS at FROM shared_receipts
    WHERE conversation_id = ${conversation} AND user_id = ${user}`,
  sample: ({ newest }) => ({ conversation: newest, user: '1' }),
});

export const counts = defineStatement({
  name: 'receipts.counts',
  params: { conversation: 'bigint', seq: 'bigint', author: 'bigint', byDefault: 'boolean' },
  build: (_, { conversation, seq, author, byDefault }) => sql<{
    readonly read: number;
    readonly delivered: number;
  }>`
    SELECT count(*) FILTER (WHERE m.last_read_seq >= ${seq})::integer AS read,
      count(*) FILTER (WHERE m.last_delivered_seq >= ${seq})::integer AS delivered
    FROM conversation_members AS m LEFT JOIN receipt_settings AS s ON s.user_id = m.user_id
    WHERE m.conversation_id = ${conversation} AND m.state = 'active' AND m.user_id <> ${author}
      AND m.joined_seq < ${seq} AND coalesce(s.share_read, ${byDefault})`,
  sample: ({ newest }) => ({ conversation: newest, seq: 1, author: '1', byDefault: true }),
});

export const sharing = defineStatement({
  name: 'receipts.sharing',
  params: { users: 'bigint[]' },
  build: (_, { users }) => sql<{ readonly userId: Id; readonly shareRead: boolean }>`
    SELECT user_id AS "userId", share_read AS "shareRead" FROM receipt_settings WHERE user_id = ANY(${users})`,
  sample: ({ ids }) => ({ users: ids }),
});

export const badge = defineStatement({
  name: 'receipts.badge',
  params: { user: 'bigint', now: 'bigint' },
  build: (_, { user, now }) => sql<{
    readonly conversations: number;
    readonly messages: string | null;
    readonly mentions: string | null;
    readonly requests: number;
  }>`
    SELECT count(*) FILTER (WHERE loud AND (unread > 0 OR marked_unread))::integer AS conversations,
      sum(unread) FILTER (WHERE loud) AS messages, sum(mention_count) FILTER (WHERE active) AS mentions,
      count(*) FILTER (WHERE NOT active)::integer AS requests
    FROM (
      SELECT m.state = 'active' AS active, m.mention_count, m.marked_unread,
        m.state = 'active' AND m.archived_at IS NULL AND coalesce(m.muted_until <= ${now}, true) AS loud,
        greatest(0, c.last_seq - greatest(m.last_read_seq, m.cleared_seq)) AS unread
      FROM conversation_members AS m JOIN conversations AS c ON c.id = m.conversation_id
      WHERE m.user_id = ${user} AND c.deleted_at IS NULL
        AND (m.state IN ('active', 'invited') OR (m.state = 'requested' AND c.last_seq > 0))
    ) AS mine`,
  sample: ({ now }) => ({ user: '1', now }),
});

export const walk = defineStatement({
  name: 'receipts.walk',
  params: { after: 'bigint', limit: 'integer' },
  build: (_, { after, limit }) => sql<{ readonly id: Id }>`
    SELECT id FROM conversations WHERE id > ${after} ORDER BY id LIMIT ${limit}`,
  sample: ({ oldest }) => ({ after: oldest, limit: 100 }),
});

export const share = defineStatement({
  name: 'receipts.share',
  params: { ...MEMBER, read: 'bigint', delivered: 'bigint', at: 'bigint' },
  build: (_, { conversation, user, read, delivered, at }) => sql`
    INSERT INTO shared_receipts AS s (conversation_id, user_id, read_seq, delivered_seq, shared_at)
    VALUES (${conversation}, ${user}, ${read}, ${delivered}, ${at})
    ON CONFLICT (conversation_id, user_id) DO UPDATE SET
      read_seq = greatest(s.read_seq, excluded.read_seq),
      delivered_seq = greatest(s.delivered_seq, excluded.delivered_seq), shared_at = excluded.shared_at
    WHERE s.read_seq < excluded.read_seq OR s.delivered_seq < excluded.delivered_seq`,
  sample: ({ newest, now }) => ({ conversation: newest, user: '1', read: 1, delivered: 1, at: now }),
});

export const setSharing = defineStatement({
  name: 'receipts.set_sharing',
  params: { user: 'bigint', share: 'boolean' },
  build: (_, { user, share: shareRead }) => sql`
    INSERT INTO receipt_settings (user_id, share_read) VALUES (${user}, ${shareRead})
    ON CONFLICT (user_id) DO UPDATE SET share_read = excluded.share_read`,
  sample: () => ({ user: '1', share: true }),
});

/** A read mark that is being written is waited for, and counted in the next statement. */
export const lockMembers = defineStatement({
  name: 'receipts.lock_members',
  params: { conversation: 'bigint' },
  build: (_, { conversation }) => sql`
    SELECT FROM conversation_members WHERE conversation_id = ${conversation} ORDER BY user_id
    FOR NO KEY UPDATE`,
  sample: ({ newest }) => ({ conversation: newest }),
});

export const recountMentions = defineStatement({
  name: 'receipts.recount_mentions',
  params: { conversation: 'bigint' },
  build: (_, { conversation }) => sql`
    UPDATE conversation_members AS m SET mention_count = counted.unread
    FROM (
      SELECT x.user_id, (
        SELECT count(*)::integer FROM message_mentions AS n
        WHERE n.conversation_id = ${conversation} AND n.user_id = x.user_id AND n.seq > x.last_read_seq
      ) AS unread
      FROM conversation_members AS x WHERE x.conversation_id = ${conversation} AND x.state = 'active'
    ) AS counted
    WHERE m.conversation_id = ${conversation} AND m.user_id = counted.user_id
      AND m.mention_count <> counted.unread`,
  sample: ({ newest }) => ({ conversation: newest }),
});

export const recountMessages = defineStatement({
  name: 'receipts.recount_messages',
  params: { conversation: 'bigint' },
  build: (_, { conversation }) => sql`
    WITH reacted AS (
      SELECT seq, jsonb_object_agg(kind, given) AS counts FROM (
        SELECT seq, kind, count(*) AS given FROM message_reactions
        WHERE conversation_id = ${conversation} GROUP BY seq, kind
      ) AS kinds GROUP BY seq
    ), replied AS (
      SELECT thread_root_seq AS seq, count(*)::integer AS replies FROM messages
      WHERE conversation_id = ${conversation} AND thread_root_seq IS NOT NULL AND status = 'published'
      GROUP BY thread_root_seq
    ), counted AS (
      SELECT m.seq, coalesce(r.counts, '{}') AS counts, coalesce(p.replies, 0) AS replies FROM messages AS m
      LEFT JOIN reacted AS r ON r.seq = m.seq LEFT JOIN replied AS p ON p.seq = m.seq
      WHERE m.conversation_id = ${conversation}
    )
    UPDATE messages AS m SET reaction_counts = counted.counts, reply_count = counted.replies FROM counted
    WHERE m.conversation_id = ${conversation} AND m.seq = counted.seq
      AND (m.reaction_counts <> counted.counts OR m.reply_count <> counted.replies)`,
  sample: ({ newest }) => ({ conversation: newest }),
});
