import type { ConversationKind } from '@socialkit/chat';
import type { Avatar, Id } from '@socialkit/core';
import { sql } from 'kysely';
import { defineStatement } from '../../statement.js';

/** A conversation as the statements below give it; numbers that may pass 2^31 are text. */
export interface ConversationRow {
  readonly id: Id;
  readonly kind: ConversationKind;
  readonly pairLow: Id | null;
  readonly pairHigh: Id | null;
  readonly title: string | null;
  readonly description: string | null;
  readonly avatar: Avatar | null;
  readonly label: string | null;
  readonly ownerId: Id | null;
  readonly history: 'all' | 'joined';
  readonly slowModeSeconds: number;
  readonly messageTtlSeconds: number | null;
  readonly whoSends: 'members' | 'admins';
  readonly whoInvites: 'members' | 'admins';
  readonly whoEdits: 'members' | 'admins';
  readonly memberCount: number;
  readonly lastSeq: string;
  readonly lastOffset: string;
  readonly lastMessageAt: string | null;
  readonly createdAt: string;
  readonly createdBy: Id;
  readonly revision: number;
}

export const CONVERSATION_FIELDS = sql`
  c.id, c.kind, c.pair_low AS "pairLow", c.pair_high AS "pairHigh", c.title, c.description, c.avatar, c.label,
  c.owner_id AS "ownerId", c.history, c.slow_mode_seconds AS "slowModeSeconds",
  c.message_ttl_seconds AS "messageTtlSeconds", c.who_sends AS "whoSends",
  c.who_invites AS "whoInvites", c.who_edits AS "whoEdits", c.member_count AS "memberCount",
  c.last_seq AS "lastSeq", c.last_offset AS "lastOffset", c.last_message_at AS "lastMessageAt",
  c.created_at AS "createdAt", c.created_by AS "createdBy", c.revision`;

export const byIds = defineStatement({
  name: 'conversations.by_ids',
  params: { ids: 'bigint[]' },
  build: (_, { ids }) => sql<ConversationRow>`
    SELECT ${CONVERSATION_FIELDS} FROM conversations AS c WHERE c.id = ANY(${ids}) AND c.deleted_at IS NULL`,
  sample: ({ ids }) => ({ ids }),
});

export const knownTo = defineStatement({
  name: 'conversations.known_to',
  params: { user: 'bigint', ids: 'bigint[]' },
  build: (_, { user, ids }) => sql<ConversationRow>`
    SELECT ${CONVERSATION_FIELDS} FROM conversation_members AS m JOIN conversations AS c ON c.id = m.conversation_id
    WHERE m.conversation_id = ANY(${ids}) AND m.user_id = ${user}
      AND m.state IN ('active', 'invited', 'requested') AND c.deleted_at IS NULL`,
  sample: ({ ids }) => ({ user: '1', ids }),
});

export const ofPair = defineStatement({
  name: 'conversations.of_pair',
  params: { low: 'bigint', high: 'bigint' },
  build: (_, { low, high }) => sql<ConversationRow>`
    SELECT ${CONVERSATION_FIELDS} FROM conversations AS c WHERE c.pair_low = ${low} AND c.pair_high = ${high}`,
  sample: () => ({ low: '1', high: '2' }),
});

export const createdSince = defineStatement({
  name: 'conversations.created_since',
  params: { user: 'bigint', since: 'bigint', limit: 'integer' },
  build: (_, { user, since, limit }) => sql<{ createdAt: string }>`
    SELECT created_at AS "createdAt" FROM conversations
    WHERE created_by = ${user} AND created_at >= ${since} ORDER BY created_at DESC LIMIT ${limit}`,
  sample: ({ now }) => ({ user: '1', since: now, limit: 10 }),
});

/** What of a conversation its members set, as parameters of a statement. */
const CHANGEABLE = {
  title: 'text?',
  description: 'text?',
  avatar: 'jsonb?',
  label: 'text?',
  owner: 'bigint?',
  history: 'text',
  slowMode: 'integer',
  ttl: 'integer?',
  whoSends: 'text',
  whoInvites: 'text',
  whoEdits: 'text',
} as const;

export const insert = defineStatement({
  name: 'conversations.insert',
  params: {
    id: 'bigint',
    kind: 'text',
    low: 'bigint?',
    high: 'bigint?',
    ...CHANGEABLE,
    memberCount: 'integer',
    createdAt: 'bigint',
    createdBy: 'bigint',
    revision: 'integer',
  },
  build: (_, c) => sql`
    INSERT INTO conversations (id, kind, pair_low, pair_high, title, description, avatar, label, owner_id, history,
      slow_mode_seconds, message_ttl_seconds, who_sends, who_invites, who_edits, member_count, created_at, created_by, revision)
    VALUES (${c.id}, ${c.kind}, ${c.low}, ${c.high}, ${c.title}, ${c.description}, ${c.avatar}, ${c.label}, ${c.owner}, ${c.history},
      ${c.slowMode}, ${c.ttl}, ${c.whoSends}, ${c.whoInvites}, ${c.whoEdits}, ${c.memberCount}, ${c.createdAt}, ${c.createdBy},
      ${c.revision})
    ON CONFLICT (pair_low, pair_high) WHERE pair_low IS NOT NULL DO NOTHING`,
  sample: ({ newest, now }) => ({
    id: newest,
    kind: 'group',
    low: null,
    high: null,
    title: 'sample',
    description: null,
    avatar: null,
    label: null,
    owner: '1',
    history: 'all',
    slowMode: 0,
    ttl: null,
    whoSends: 'members',
    whoInvites: 'members',
    whoEdits: 'admins',
    memberCount: 0,
    createdAt: now,
    createdBy: '1',
    revision: 1,
  }),
});

// NO KEY: nothing refers to these rows by key.
export const lock = defineStatement({
  name: 'conversations.lock',
  params: { id: 'bigint' },
  build: (_, { id }) => sql<ConversationRow>`
    SELECT ${CONVERSATION_FIELDS} FROM conversations AS c WHERE c.id = ${id} AND c.deleted_at IS NULL FOR NO KEY UPDATE`,
  sample: ({ newest }) => ({ id: newest }),
});

/** Numbers come from the row that this very statement locks, so they are dense and a rollback takes them back. */
export const advance = defineStatement({
  name: 'conversations.advance',
  params: { id: 'bigint', messages: 'integer', at: 'bigint', events: 'jsonb' },
  build: (_, { id, messages, at, events }) => sql<{ lastSeq: string; lastOffset: string }>`
    WITH moved AS (
      UPDATE conversations SET
        last_seq = last_seq + ${messages},
        last_offset = last_offset + jsonb_array_length(${events}),
        last_message_at = CASE WHEN ${messages} > 0 THEN greatest(last_message_at, ${at}) ELSE last_message_at END
      WHERE id = ${id} AND deleted_at IS NULL
      RETURNING id, last_seq, last_offset
    ), appended AS (
      INSERT INTO conversation_events (conversation_id, "offset", type, at, by_id, seq, only_ids, data)
      SELECT moved.id, moved.last_offset - jsonb_array_length(${events}) + entry.place, entry.event ->> 'type', ${at},
        (entry.event ->> 'by')::bigint,
        CASE entry.event ->> 'seq' WHEN 'next' THEN moved.last_seq ELSE (entry.event ->> 'seq')::bigint END,
        CASE WHEN entry.event ? 'only'
          THEN ARRAY(SELECT jsonb_array_elements_text(entry.event -> 'only')::bigint) END,
        entry.event -> 'data'
      FROM moved, jsonb_array_elements(${events}) WITH ORDINALITY AS entry (event, place)
    )
    SELECT last_seq AS "lastSeq", last_offset AS "lastOffset" FROM moved`,
  sample: ({ newest, now }) => ({
    id: newest,
    messages: 1,
    at: now,
    events: '[{"type":"sample.made","by":null,"data":{}}]',
  }),
});

export const change = defineStatement({
  name: 'conversations.change',
  params: {
    id: 'bigint',
    ...CHANGEABLE,
    set: 'text[]',
  },
  build: (_, c) => sql<{ revision: number }>`
    UPDATE conversations SET
      title = CASE WHEN 'title' = ANY(${c.set}) THEN ${c.title} ELSE title END,
      description = CASE WHEN 'description' = ANY(${c.set}) THEN ${c.description} ELSE description END,
      avatar = CASE WHEN 'avatar' = ANY(${c.set}) THEN ${c.avatar} ELSE avatar END,
      label = CASE WHEN 'label' = ANY(${c.set}) THEN ${c.label} ELSE label END,
      owner_id = CASE WHEN 'ownerId' = ANY(${c.set}) THEN ${c.owner} ELSE owner_id END,
      history = CASE WHEN 'settings' = ANY(${c.set}) THEN ${c.history} ELSE history END,
      slow_mode_seconds = CASE WHEN 'settings' = ANY(${c.set}) THEN ${c.slowMode} ELSE slow_mode_seconds END,
      message_ttl_seconds = CASE WHEN 'settings' = ANY(${c.set}) THEN ${c.ttl} ELSE message_ttl_seconds END,
      who_sends = CASE WHEN 'settings' = ANY(${c.set}) THEN ${c.whoSends} ELSE who_sends END,
      who_invites = CASE WHEN 'settings' = ANY(${c.set}) THEN ${c.whoInvites} ELSE who_invites END,
      who_edits = CASE WHEN 'settings' = ANY(${c.set}) THEN ${c.whoEdits} ELSE who_edits END,
      revision = revision + 1
    WHERE id = ${c.id} AND deleted_at IS NULL
    RETURNING revision`,
  sample: ({ newest }) => ({
    id: newest,
    title: 'sample',
    description: null,
    avatar: null,
    label: null,
    owner: null,
    history: 'all',
    slowMode: 0,
    ttl: null,
    whoSends: 'members',
    whoInvites: 'members',
    whoEdits: 'admins',
    set: ['title'],
  }),
});

export const remove = defineStatement({
  name: 'conversations.remove',
  params: { id: 'bigint', at: 'bigint' },
  build: (_, { id, at }) => sql`
    UPDATE conversations SET deleted_at = ${at} WHERE id = ${id} AND deleted_at IS NULL`,
  sample: ({ newest, now }) => ({ id: newest, at: now }),
});
