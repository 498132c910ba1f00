import {
  type Conversation,
  type ConversationReader,
  type ConversationWriter,
  DEFAULT_SETTINGS,
  pairOf,
} from '@socialkit/chat';
import { streamName } from '@socialkit/core';
import type { Kysely, Transaction } from 'kysely';
import type { Database } from '../../database.js';
import * as statements from './statements.js';

const time = (value: string | null): number | null => (value === null ? null : Number(value));
const json = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));

export const conversationOf = (row: statements.ConversationRow): Conversation => ({
  id: row.id,
  kind: row.kind,
  pair: row.pairLow === null || row.pairHigh === null ? null : [row.pairLow, row.pairHigh],
  title: row.title,
  description: row.description,
  avatar: row.avatar,
  label: row.label,
  ownerId: row.ownerId,
  settings: {
    history: row.history,
    slowModeSeconds: row.slowModeSeconds,
    messageTtlSeconds: row.messageTtlSeconds,
    whoSends: row.whoSends,
    whoInvites: row.whoInvites,
    whoEdits: row.whoEdits,
  },
  memberCount: row.memberCount,
  lastSeq: Number(row.lastSeq),
  lastOffset: Number(row.lastOffset),
  lastMessageAt: time(row.lastMessageAt),
  createdAt: Number(row.createdAt),
  createdBy: row.createdBy,
  revision: row.revision,
});

const settingsValues = (settings: Conversation['settings']) => ({
  history: settings.history,
  slowMode: settings.slowModeSeconds,
  ttl: settings.messageTtlSeconds,
  whoSends: settings.whoSends,
  whoInvites: settings.whoInvites,
  whoEdits: settings.whoEdits,
});

/** Reads conversations. */
export function createPostgresConversationReader(db: Kysely<Database>): ConversationReader {
  return {
    async byIds(ids) {
      if (ids.length === 0) return new Map();
      const rows = await statements.byIds.run(db, { ids: [...new Set(ids)] });
      return new Map(rows.map((row) => [row.id, conversationOf(row)]));
    },
    async knownTo(user, ids) {
      if (ids.length === 0) return new Map();
      const rows = await statements.knownTo.run(db, { user, ids: [...new Set(ids)] });
      return new Map(rows.map((row) => [row.id, conversationOf(row)]));
    },
    async ofPair(a, b) {
      const [low, high] = pairOf(a, b);
      const row = await statements.ofPair.first(db, { low, high });
      return row ? conversationOf(row) : null;
    },
    createdSince: async (user, since, limit) =>
      (await statements.createdSince.run(db, { user, since, limit })).map(({ createdAt }) =>
        Number(createdAt),
      ),
  };
}

/** Reads and writes conversations inside a transaction. */
export function createPostgresConversations(
  tx: Transaction<Database>,
): ConversationReader & ConversationWriter {
  return {
    ...createPostgresConversationReader(tx),
    insert: async (conversation) =>
      (await statements.insert.affected(tx, {
        id: conversation.id,
        kind: conversation.kind,
        low: conversation.pair?.[0] ?? null,
        high: conversation.pair?.[1] ?? null,
        title: conversation.title,
        description: conversation.description,
        avatar: json(conversation.avatar),
        label: conversation.label,
        owner: conversation.ownerId,
        ...settingsValues(conversation.settings),
        memberCount: conversation.memberCount,
        createdAt: conversation.createdAt,
        createdBy: conversation.createdBy,
        revision: conversation.revision,
      })) === 1,
    async lock(id) {
      const row = await statements.lock.first(tx, { id });
      return row ? conversationOf(row) : null;
    },
    async advance(id, { messages, at, events }) {
      const row = await statements.advance.first(tx, { id, messages, at, events: JSON.stringify(events) });
      if (!row) return null;
      const [seq, offset] = [Number(row.lastSeq), Number(row.lastOffset)];
      const stream = streamName('conversation', id);
      return {
        seq,
        offset,
        events: events.map(({ type, by, only, data }, index) => ({
          stream,
          offset: offset - events.length + index + 1,
          type,
          at,
          by,
          ...(only ? { only } : {}),
          data,
        })),
      };
    },
    change: async (id, changes) => {
      const { title = null, description = null, avatar = null, label = null, ownerId = null } = changes;
      const row = await statements.change.first(tx, {
        id,
        title,
        description,
        avatar: json(avatar),
        label,
        owner: ownerId,
        ...settingsValues(changes.settings ?? DEFAULT_SETTINGS),
        set: Object.keys(changes),
      });
      return row?.revision ?? null;
    },
    remove: async (id, at) => (await statements.remove.affected(tx, { id, at })) === 1,
  };
}
