import type {
  MessageReader,
  MessageSender,
  NewMessage,
  Placed,
  SendFacts,
  SendRequest,
} from '@socialkit/chat';
import { wordsOf } from '@socialkit/chat';
import { type AccountState, compareIds, type Id } from '@socialkit/core';
import { sql, type Transaction } from 'kysely';
import { relationProbes } from '../../access/policy-sql.js';
import type { Database } from '../../database.js';
import { defineStatement } from '../../statement.js';
import { MEMBER_FIELDS, type MemberRow } from '../conversations/member-statements.js';
import { memberOf } from '../conversations/members.js';
import { CONVERSATION_FIELDS, type ConversationRow } from '../conversations/statements.js';
import { conversationOf } from '../conversations/store.js';
import { MESSAGE_FIELDS, type MessageRow, messageOf } from './rows.js';

/** Pairs first, each lock in the order of what is locked, so that no two transactions wait for each other in a circle. */
const lock = defineStatement({
  name: 'sends.lock',
  params: { ids: 'bigint[]', pairs: 'text[]' },
  build: (_, { ids, pairs }) => sql`
    WITH held AS MATERIALIZED (
      SELECT pg_advisory_xact_lock_shared(key) FROM (
        SELECT DISTINCT hashtextextended('pair:' || pair, 0) AS key FROM (
          SELECT unnest(${pairs}) AS pair
          UNION ALL
          SELECT pair_low || ':' || pair_high FROM conversations WHERE id = ANY(${ids}) AND pair_low IS NOT NULL
        ) AS named ORDER BY key
      ) AS keys
    )
    SELECT c.id FROM conversations AS c WHERE c.id = ANY(${ids}) AND (SELECT count(*) FROM held) >= 0
    ORDER BY c.id FOR NO KEY UPDATE`,
  sample: ({ ids }) => ({ ids, pairs: ['1:2'] }),
});

type FactsRow = { readonly [K in keyof ConversationRow]: ConversationRow[K] | null } & {
  readonly [K in keyof MemberRow]: MemberRow[K] | null;
} & {
  readonly authorState: AccountState | null;
  readonly peerId: Id | null;
  readonly peerState: AccountState | null;
  readonly peerMemberState: MemberRow['state'] | null;
  readonly blocked: boolean;
  readonly lastSentAt: string | null;
  readonly known: MessageRow | null;
};

const facts = defineStatement({
  name: 'sends.facts',
  params: { conversations: 'bigint[]', authors: 'bigint[]', clients: 'text[]' },
  build: (_, { conversations, authors, clients }) => {
    const peerId = sql`CASE WHEN c.pair_low = ask.author_id THEN c.pair_high ELSE c.pair_low END`;
    const { blocked } = relationProbes(sql`p.id`, sql`ask.author_id`);
    return sql<FactsRow>`
      SELECT ${CONVERSATION_FIELDS}, ${MEMBER_FIELDS}, a.state AS "authorState", p.id AS "peerId",
        p.state AS "peerState", pm.state AS "peerMemberState", p.id IS NOT NULL AND ${blocked} AS blocked,
        t.sent_at AS "lastSentAt", k.known
      FROM unnest(${conversations}, ${authors}, ${clients}) WITH ORDINALITY
        AS ask (conversation_id, author_id, client_id, place)
      LEFT JOIN conversations AS c ON c.id = ask.conversation_id AND c.deleted_at IS NULL
      LEFT JOIN conversation_members AS m ON m.conversation_id = c.id AND m.user_id = ask.author_id
      LEFT JOIN accounts AS a ON a.id = ask.author_id
      LEFT JOIN accounts AS p ON p.id = ${peerId}
      LEFT JOIN conversation_members AS pm ON pm.conversation_id = c.id AND pm.user_id = p.id
      LEFT JOIN message_paces AS t ON c.slow_mode_seconds > 0 AND t.conversation_id = c.id
        AND t.user_id = ask.author_id
      LEFT JOIN LATERAL (
        SELECT to_jsonb(found) AS known FROM (
          SELECT ${MESSAGE_FIELDS} FROM messages AS m
          WHERE ask.client_id <> '' AND m.conversation_id = ask.conversation_id
            AND m.author_id = ask.author_id AND m.client_id = ask.client_id
          LIMIT 1
        ) AS found
      ) AS k ON true
      ORDER BY ask.place`;
  },
  sample: ({ newest }) => ({ conversations: [newest], authors: ['1'], clients: ['sample'] }),
});

/**
 * Numbers, writes and logs messages: `held` ones for their author alone. What is counted in `events` are the places each takes
 * in the log: one, and one more where it changes the thread it belongs to.
 */
const write = defineStatement({
  name: 'sends.write',
  params: { messages: 'jsonb' },
  build: (_, { messages }) => sql<{ readonly seq: string; readonly offset: string }>`
    WITH given AS MATERIALIZED (
      SELECT * FROM ROWS FROM (
        jsonb_to_recordset(${messages}) AS (conversation bigint, author bigint, client text, fingerprint text,
          status text, text text, entities jsonb, attachments jsonb, label text, reply bigint, root bigint,
          forwarded boolean, at bigint, expires bigint, words tsvector, events integer)
      ) WITH ORDINALITY AS g (conversation, author, client, fingerprint, status, text, entities, attachments, label,
        reply, root, forwarded, at, expires, words, events, place)
    ), numbered AS MATERIALIZED (
      SELECT given.*, c.last_seq + row_number() OVER w AS seq,
        c.last_offset + sum(given.events) OVER w - given.events + 1 AS "offset"
      FROM given JOIN conversations AS c ON c.id = given.conversation
      WINDOW w AS (PARTITION BY given.conversation ORDER BY given.place ROWS UNBOUNDED PRECEDING)
    ), moved AS (
      UPDATE conversations AS c SET last_seq = n.seq, last_offset = n."offset" + n.events - 1,
        last_message_at = greatest(c.last_message_at, n.at)
      FROM (SELECT DISTINCT ON (conversation) * FROM numbered ORDER BY conversation, seq DESC) AS n
      WHERE c.id = n.conversation
    ), read AS (
      UPDATE conversation_members AS m SET last_read_seq = greatest(m.last_read_seq, n.seq),
        last_delivered_seq = greatest(m.last_delivered_seq, n.seq), mention_count = 0, marked_unread = false
      FROM (SELECT conversation, author, max(seq) AS seq FROM numbered GROUP BY conversation, author) AS n
      WHERE m.conversation_id = n.conversation AND m.user_id = n.author
    ), logged AS (
      INSERT INTO conversation_events (conversation_id, "offset", type, at, by_id, seq, only_ids, data)
      SELECT conversation, "offset", 'message.sent', at, author, seq,
        CASE status WHEN 'under_review' THEN ARRAY[author] END, '{}'::jsonb FROM numbered
      UNION ALL
      SELECT conversation, "offset" + 1, 'thread.changed', at, NULL, root, NULL, '{}'::jsonb FROM numbered
      WHERE events = 2
    ), written AS (
      INSERT INTO messages (conversation_id, seq, author_id, client_id, fingerprint, status, text, entities,
        attachments, label, reply_to_seq, thread_root_seq, forwarded, created_at, expires_at, words)
      SELECT conversation, seq, author, client, fingerprint, status, text, entities, attachments, label, reply, root,
        forwarded, at, expires, words
      FROM numbered
    )
    SELECT seq, "offset" FROM numbered ORDER BY place`,
  sample: ({ newest, now }) => ({
    messages: JSON.stringify([
      {
        conversation: newest,
        author: '1',
        client: 'sample',
        fingerprint: 'sample',
        status: 'published',
        text: 'sample',
        entities: [],
        attachments: [],
        forwarded: false,
        at: now,
        words: "'sample'",
        events: 1,
      },
    ]),
  }),
});

const countReplies = defineStatement({
  name: 'sends.count_replies',
  params: { conversation: 'bigint', root: 'bigint', count: 'integer', last: 'bigint' },
  build: (_, { conversation, root, count, last }) => sql<MessageRow>`
    UPDATE messages AS m SET reply_count = m.reply_count + ${count},
      last_reply_seq = greatest(m.last_reply_seq, ${last})
    WHERE m.conversation_id = ${conversation} AND m.seq = ${root}
    RETURNING ${MESSAGE_FIELDS}`,
  sample: ({ newest }) => ({ conversation: newest, root: 1, count: 1, last: 2 }),
});

/** Whom a message mentions, among active members; counted for whom it is unread. */
const mention = defineStatement({
  name: 'sends.mention',
  params: { conversations: 'bigint[]', users: 'bigint[]', seqs: 'bigint[]' },
  build: (_, { conversations, users, seqs }) => sql`
    WITH added AS (
      INSERT INTO message_mentions (conversation_id, user_id, seq)
      SELECT m.conversation_id, m.user_id, ask.seq
      FROM unnest(${conversations}, ${users}, ${seqs}) AS ask (conversation_id, user_id, seq)
      JOIN conversation_members AS m ON m.conversation_id = ask.conversation_id AND m.user_id = ask.user_id
      WHERE m.state = 'active'
      ON CONFLICT DO NOTHING RETURNING conversation_id, user_id, seq
    )
    UPDATE conversation_members AS m SET mention_count = m.mention_count + counted.unread
    FROM (
      SELECT a.conversation_id, a.user_id, count(*)::integer AS unread FROM added AS a
      JOIN conversation_members AS x ON x.conversation_id = a.conversation_id AND x.user_id = a.user_id
      WHERE a.seq > x.last_read_seq GROUP BY a.conversation_id, a.user_id
    ) AS counted
    WHERE m.conversation_id = counted.conversation_id AND m.user_id = counted.user_id`,
  sample: ({ newest }) => ({ conversations: [newest], users: ['1'], seqs: [1] }),
});

const pace = defineStatement({
  name: 'sends.pace',
  params: { conversations: 'bigint[]', users: 'bigint[]', at: 'bigint' },
  build: (_, { conversations, users, at }) => sql`
    INSERT INTO message_paces (conversation_id, user_id, sent_at)
    SELECT DISTINCT conversation_id, user_id, ${at}
    FROM unnest(${conversations}, ${users}) AS sent (conversation_id, user_id)
    ON CONFLICT (conversation_id, user_id) DO UPDATE SET sent_at = excluded.sent_at`,
  sample: ({ newest, now }) => ({ conversations: [newest], users: ['1'], at: now }),
});

const pairKey = ([a, b]: readonly [Id, Id]): string => (compareIds(a, b) <= 0 ? `${a}:${b}` : `${b}:${a}`);

/** Words hold letters, marks and digits only, so nothing in them ends a quotation. */
const vectorOf = (words: readonly string[]): string => words.map((word) => `'${word}'`).join(' ');

const changesThread = (message: NewMessage): boolean =>
  message.threadRootSeq !== null && message.status === 'published';

const given = (message: NewMessage) => ({
  conversation: message.conversationId,
  author: message.authorId,
  client: message.clientId,
  fingerprint: message.fingerprint,
  status: message.status,
  text: message.text,
  entities: message.entities,
  attachments: message.attachments,
  label: message.label,
  reply: message.replyToSeq,
  root: message.threadRootSeq,
  forwarded: message.forwarded,
  at: message.createdAt,
  expires: message.expiresAt,
  words: vectorOf(wordsOf(message.text)),
  events: changesThread(message) ? 2 : 1,
});

const factsOf = (row: FactsRow): Omit<SendFacts, 'replyTo' | 'root'> => ({
  conversation: row.id === null ? null : conversationOf(row as ConversationRow),
  member: row.userId === null ? null : memberOf(row as MemberRow),
  authorState: row.authorState,
  peer:
    row.pairLow === null || row.peerId === null
      ? null
      : {
          userId: row.peerId,
          memberState: row.peerMemberState,
          accountState: row.peerState,
          blocked: row.blocked,
        },
  known: row.known === null ? null : messageOf(row.known),
  lastSentAt: row.lastSentAt === null ? null : Number(row.lastSentAt),
});

/** Sends messages in a transaction, many at a time: three statements, whatever their number. */
export function createPostgresSends(
  tx: Transaction<Database>,
  messages: Pick<MessageReader, 'byKeys'>,
): MessageSender {
  /** What sends refer to, conversation by conversation: few do. */
  const referred = async (requests: readonly SendRequest[]) => {
    const seqs = new Map<Id, number[]>();
    for (const { conversationId, replyToSeq, threadRootSeq } of requests) {
      const named = [replyToSeq, threadRootSeq].filter((seq) => seq !== null);
      if (named.length > 0) seqs.set(conversationId, [...(seqs.get(conversationId) ?? []), ...named]);
    }
    const found = new Map<Id, Awaited<ReturnType<typeof messages.byKeys>>>();
    for (const [id, named] of seqs) found.set(id, await messages.byKeys(id, named));
    return ({ conversationId }: SendRequest, seq: number | null) =>
      (seq === null ? undefined : found.get(conversationId)?.get(seq)) ?? null;
  };
  /** Counts published messages of threads; the first messages as they are then, by conversation and number. */
  const countThreads = async (given: readonly NewMessage[], seqs: readonly number[]) => {
    const threads = new Map<string, { message: NewMessage; root: number; count: number; last: number }>();
    for (const [index, message] of given.entries()) {
      const { threadRootSeq: root, conversationId } = message;
      if (root === null || !changesThread(message)) continue;
      const key = `${conversationId}:${root}`;
      const count = (threads.get(key)?.count ?? 0) + 1;
      threads.set(key, { message, root, count, last: seqs[index] ?? 0 });
    }
    const roots = new Map<string, ReturnType<typeof messageOf>>();
    for (const [key, { message, root, count, last }] of threads) {
      const row = await countReplies.first(tx, { conversation: message.conversationId, root, count, last });
      if (row) roots.set(key, messageOf(row));
    }
    return roots;
  };

  return {
    async lock(conversationIds, pairs) {
      await lock.run(tx, { ids: conversationIds, pairs: [...new Set(pairs.map(pairKey))] });
    },
    async facts(requests) {
      const rows = await facts.run(tx, {
        conversations: requests.map(({ conversationId }) => conversationId),
        authors: requests.map(({ authorId }) => authorId),
        clients: requests.map(({ clientId }) => clientId ?? ''),
      });
      const find = await referred(requests);
      return requests.map((request, index) => ({
        ...factsOf(rows[index] as FactsRow),
        replyTo: find(request, request.replyToSeq),
        root: find(request, request.threadRootSeq),
      }));
    },
    async write(all) {
      const rows = await write.run(tx, { messages: JSON.stringify(all.map(given)) });
      const seqs = rows.map(({ seq }) => Number(seq));
      const roots = await countThreads(all, seqs);
      const mentions = all.flatMap(({ conversationId, mentions: users }, index) =>
        users.map((user) => ({ conversation: conversationId, user, seq: seqs[index] ?? 0 })),
      );
      if (mentions.length > 0)
        await mention.run(tx, {
          conversations: mentions.map(({ conversation }) => conversation),
          users: mentions.map(({ user }) => user),
          seqs: mentions.map(({ seq }) => seq),
        });
      const paced = all.filter((message) => message.paced);
      if (paced.length > 0)
        await pace.run(tx, {
          conversations: paced.map(({ conversationId }) => conversationId),
          users: paced.map(({ authorId }) => authorId),
          at: paced[0]?.createdAt ?? 0,
        });
      return rows.map(
        ({ offset }, index): Placed => ({
          seq: seqs[index] ?? 0,
          offset: Number(offset),
          root: roots.get(`${all[index]?.conversationId}:${all[index]?.threadRootSeq}`) ?? null,
        }),
      );
    },
  };
}
