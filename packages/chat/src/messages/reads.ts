import {
  type Actor,
  accountOf,
  canViewAccount,
  compareIds,
  createCursorCodec,
  type Id,
  idSchema,
  notFound,
  type Page,
  readPage,
} from '@socialkit/core';
import { z } from 'zod';
import type { Standing } from '../conversations/standing.js';
import { type Presenting, presentMessages } from './present.js';
import type { MessageRange } from './store.js';
import type { Message, MessageKey, MessageRevision } from './types.js';
import { canRead, floorOf, type MessageReading, requireReader } from './unit.js';
import type { History, SeenMessage } from './views.js';
import { wordsOf } from './words.js';

/** Past the last message there can be. */
const END = Number.MAX_SAFE_INTEGER;

/**
 * A message the actor can read, and where he stands to its conversation.
 * @throws conversation.not_found, message.not_found
 */
export async function requireReadable(
  readers: MessageReading,
  actor: Actor,
  { conversationId, seq }: MessageKey,
  now: number,
): Promise<{ readonly standing: Standing; readonly message: Message }> {
  const userId = accountOf(actor);
  const standing = await requireReader(readers, userId, conversationId);
  const message = (await readers.messages.byKeys(conversationId, [seq])).get(seq);
  if (!message || !(await canRead(readers, standing, message, now))) throw notFound('message');
  const own = (await readers.messages.ownState(userId, conversationId, [seq])).get(seq);
  if (own?.hidden) throw notFound('message');
  return { standing, message };
}

/** One message as a viewer sees it right after writing it, whatever became of it. */
export async function presentOne(
  presenting: Presenting,
  actor: Actor,
  message: Message,
): Promise<SeenMessage> {
  const userId = accountOf(actor);
  const standing = await requireReader(presenting.readers, userId, message.conversationId);
  const [view] = await presentMessages(presenting, standing, [message]);
  if (!view) throw notFound('message');
  return view;
}

/** @throws conversation.not_found, message.not_found */
export async function getMessage(
  presenting: Presenting,
  actor: Actor,
  key: MessageKey,
): Promise<SeenMessage> {
  const { standing, message } = await requireReadable(presenting.readers, actor, key, presenting.clock.now());
  const [view] = await presentMessages(presenting, standing, [message]);
  if (!view) throw notFound('message');
  return view;
}

/** What to read of a conversation: at most one of the three; none is the newest messages. */
export interface Stretch {
  readonly conversationId: Id;
  readonly before?: number | undefined;
  readonly after?: number | undefined;
  readonly around?: number | undefined;
  readonly limit: number;
}

interface Read {
  readonly messages: readonly Message[];
  readonly older: boolean;
  readonly newer: boolean;
}

/** Reads one more than is wanted on each side: that says whether there is more. */
async function readStretch(
  readers: MessageReading,
  standing: Standing,
  { conversationId, before, after, around, limit }: Stretch,
  threadRootSeq?: number,
): Promise<Read> {
  const floor = floorOf(standing.conversation, standing.member);
  const range = (part: Omit<MessageRange, 'notHiddenFor'>) =>
    readers.messages.range(conversationId, {
      ...part,
      after: Math.max(part.after, floor),
      notHiddenFor: standing.member.userId,
      ...(threadRootSeq === undefined ? {} : { threadRootSeq }),
    });
  if (around !== undefined) {
    const newerHalf = Math.floor(limit / 2);
    const olderHalf = limit - newerHalf;
    const [below, above] = await Promise.all([
      range({ after: 0, before: around + 1, from: 'end', limit: olderHalf + 1 }),
      range({ after: around, before: END, from: 'start', limit: newerHalf + 1 }),
    ]);
    const older = below.length > olderHalf;
    return {
      messages: [...(older ? below.slice(1) : below), ...above.slice(0, newerHalf)],
      older,
      newer: above.length > newerHalf,
    };
  }
  if (after !== undefined) {
    const found = await range({ after, before: END, from: 'start', limit: limit + 1 });
    return { messages: found.slice(0, limit), older: after > floor, newer: found.length > limit };
  }
  const found = await range({ after: 0, before: before ?? END, from: 'end', limit: limit + 1 });
  const older = found.length > limit;
  return { messages: older ? found.slice(1) : found, older, newer: before !== undefined };
}

async function present(
  presenting: Presenting,
  standing: Standing,
  { messages, older, newer }: Read,
): Promise<History> {
  const { readers, clock } = presenting;
  const { conversation, member } = standing;
  const listed = new Set(messages.map(({ seq }) => seq));
  const answered = [
    ...new Set(
      messages.flatMap(({ replyToSeq }) =>
        replyToSeq === null || listed.has(replyToSeq) ? [] : [replyToSeq],
      ),
    ),
  ].filter((seq) => seq > floorOf(conversation, member));
  const named =
    answered.length === 0
      ? new Map<number, Message>()
      : await readers.messages.byKeys(conversation.id, answered);
  const views = await presentMessages({ readers, clock, settings: presenting.settings }, standing, [
    ...messages,
    ...[...named.values()].sort((a, b) => a.seq - b.seq),
  ]);
  const items = views.filter(({ seq }) => listed.has(seq));
  const authors = [...new Set(views.flatMap(({ authorId }) => authorId ?? []))].sort(compareIds);
  const accounts = await readers.accounts.summaries(authors);
  return {
    items,
    referenced: views.filter(({ seq, status }) => !listed.has(seq) && status !== 'hidden'),
    accounts: authors.flatMap((id) => accounts.get(id) ?? []),
    before: older ? (messages[0]?.seq ?? null) : null,
    after: newer ? (messages.at(-1)?.seq ?? null) : null,
    lastSeq: conversation.lastSeq,
    offset: conversation.lastOffset,
  };
}

/**
 * A stretch of a conversation. The stream position is read first: what is committed meanwhile is in the answer, behind the
 * position, or both, and never in neither.
 * @throws conversation.not_found
 */
export async function readHistory(presenting: Presenting, actor: Actor, stretch: Stretch): Promise<History> {
  const { readers } = presenting;
  const standing = await requireReader(readers, accountOf(actor), stretch.conversationId);
  const read = await readStretch(readers, standing, stretch);
  return present(presenting, standing, read);
}

/** @throws conversation.not_found, message.not_found unless the first message of the thread has a place for the actor */
export async function readThread(
  presenting: Presenting,
  actor: Actor,
  {
    conversationId,
    seq,
    after,
    limit,
  }: MessageKey & { readonly after?: number | undefined; readonly limit: number },
): Promise<History> {
  const { readers } = presenting;
  const standing = await requireReader(readers, accountOf(actor), conversationId);
  const root = (await readers.messages.byKeys(conversationId, [seq])).get(seq);
  if (!root || root.threadRootSeq !== null || root.seq <= floorOf(standing.conversation, standing.member))
    throw notFound('message');
  const stretch = { conversationId, after: after ?? 0, limit };
  const read = await readStretch(readers, standing, stretch, seq);
  const { messages, newer } = read;
  return present(presenting, standing, { messages, older: after !== undefined && after >= seq, newer });
}

/** @throws conversation.not_found */
export async function readPinned(
  presenting: Presenting,
  actor: Actor,
  conversationId: Id,
): Promise<{ readonly items: readonly SeenMessage[] }> {
  const { readers } = presenting;
  const standing = await requireReader(readers, accountOf(actor), conversationId);
  const floor = floorOf(standing.conversation, standing.member);
  const pinned = (await readers.messages.pinned(conversationId)).filter(({ seq }) => seq > floor);
  const views = await presentMessages(presenting, standing, pinned);
  return { items: views.filter(({ status }) => status === 'published') };
}

/**
 * Messages that hold all words of a query, newest first. A query without any word finds nothing.
 * @throws conversation.not_found
 */
export async function searchMessages(
  presenting: Presenting,
  actor: Actor,
  input: {
    readonly conversationId: Id;
    readonly query: string;
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
): Promise<Page<SeenMessage>> {
  const { readers } = presenting;
  const { conversationId } = input;
  const standing = await requireReader(readers, accountOf(actor), conversationId);
  const words = wordsOf(input.query);
  const codec = createCursorCodec(`messages.search:${conversationId}:${words.join(' ')}`, z.int().min(1));
  const after = codec.decode(input.cursor);
  if (words.length === 0) return { items: [], nextCursor: null };
  const floor = floorOf(standing.conversation, standing.member);
  return readPage<number, Message, SeenMessage, SeenMessage>({
    limit: input.limit,
    after,
    codec,
    skeleton: (before, limit) =>
      readers.messages.search(conversationId, { words, after: floor, before: before ?? END, limit }),
    position: ({ seq }) => seq,
    hydrate: async (messages) => {
      const views = new Map(
        (await presentMessages(presenting, standing, messages)).map((view) => [view.seq, view] as const),
      );
      return messages.map(({ seq }) => views.get(seq) ?? null);
    },
    rules: ({ status }) => status === 'published',
    present: (view) => view,
  });
}

/** @throws conversation.not_found, message.not_found */
export async function readRevisions(
  presenting: Presenting,
  actor: Actor,
  input: MessageKey & { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<MessageRevision>> {
  const { readers, clock } = presenting;
  const { message } = await requireReadable(readers, actor, input, clock.now());
  const codec = createCursorCodec(
    `messages.revisions:${message.conversationId}:${message.seq}`,
    z.int().min(1),
  );
  return readPage<number, MessageRevision, MessageRevision, MessageRevision>({
    limit: input.limit,
    after: codec.decode(input.cursor),
    codec,
    skeleton: (before, limit) => readers.messages.revisions(message, { before, limit }),
    position: ({ revision }) => revision,
    hydrate: async (revisions) => revisions,
    present: (revision) => revision,
  });
}

/** Reactors the viewer can see. @throws conversation.not_found, message.not_found */
export async function readReactors(
  presenting: Presenting,
  actor: Actor,
  input: MessageKey & {
    readonly kind?: string | undefined;
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
) {
  const { readers, clock } = presenting;
  const { message, standing } = await requireReadable(readers, actor, input, clock.now());
  const viewer = standing.member.userId;
  const kind = input.kind ?? null;
  const codec = createCursorCodec(
    `messages.reactors:${message.conversationId}:${message.seq}:${kind}`,
    z.object({ userId: idSchema, kind: z.string() }),
  );
  return readPage({
    limit: input.limit,
    after: codec.decode(input.cursor),
    codec,
    skeleton: (after, limit) => readers.messages.reactions(message, { kind, after, limit }),
    position: ({ userId, kind: given }) => ({ userId, kind: given }),
    hydrate: async (reactions) => {
      const ids = [...new Set(reactions.map(({ userId }) => userId))];
      const [relations, accounts] = await Promise.all([
        readers.facts.relations(viewer, ids),
        readers.accounts.summaries(ids),
      ]);
      return reactions.map((reaction) => {
        const user = accounts.get(reaction.userId);
        return user && canViewAccount(relations.get(reaction.userId))
          ? { user, kind: reaction.kind, reactedAt: reaction.at }
          : null;
      });
    },
    present: (reactor) => reactor,
  });
}
