import {
  type Actor,
  accountOf,
  createCursorCodec,
  type Id,
  idSchema,
  type Page,
  readPage,
} from '@socialkit/core';
import { z } from 'zod';
import { publishAll } from '../conversations/announce.js';
import type { Draft } from './types.js';
import { type MessageDeps, requireReader } from './unit.js';

type DraftView = Omit<Draft, 'userId'>;
const viewOf = ({ userId: _, ...view }: Draft): DraftView => view;

/**
 * Keeps a draft, or drops it where nothing is written. The account's other devices are told by its own stream that there is
 * something new; the words themselves they read.
 * @throws conversation.not_found
 */
export async function saveDraft(
  { unitOfWork, runtime, publisher }: Pick<MessageDeps, 'unitOfWork' | 'runtime' | 'publisher'>,
  actor: Actor,
  input: { readonly conversationId: Id; readonly text: string; readonly replyToSeq?: number | undefined },
): Promise<{ readonly changed: boolean }> {
  const userId = accountOf(actor);
  const { conversationId, text, replyToSeq = null } = input;
  const { changed, events } = await unitOfWork.transact(async (stores) => {
    await requireReader(stores, userId, conversationId);
    const before = (await stores.drafts.of(userId, [conversationId])).get(conversationId);
    const updatedAt = runtime.clock.now();
    if (text === '' && replyToSeq === null) {
      if (!(await stores.drafts.remove(userId, conversationId))) return { changed: false, events: [] };
    } else {
      if (before?.text === text && before.replyToSeq === replyToSeq) return { changed: false, events: [] };
      await stores.drafts.put({ conversationId, userId, text, replyToSeq, updatedAt });
    }
    const said = { userId, type: 'draft.changed', data: { conversationId, updatedAt } };
    return { changed: true, events: await stores.streams.append([said]) };
  });
  publishAll(publisher, events);
  return { changed };
}

/** The actor's draft in a conversation. @throws conversation.not_found */
export async function readDraft(
  { readers }: Pick<MessageDeps, 'readers'>,
  actor: Actor,
  conversationId: Id,
): Promise<{ readonly draft: DraftView | null }> {
  const userId = accountOf(actor);
  await requireReader(readers, userId, conversationId);
  const draft = (await readers.drafts.of(userId, [conversationId])).get(conversationId);
  return { draft: draft ? viewOf(draft) : null };
}

const position = z.object({ updatedAt: z.int(), conversationId: idSchema });

/** The actor's drafts in conversations he can still read, changed last first. */
export async function listDrafts(
  { readers }: Pick<MessageDeps, 'readers'>,
  actor: Actor,
  input: { readonly limit: number; readonly cursor?: string | undefined },
): Promise<Page<DraftView>> {
  const userId = accountOf(actor);
  const codec = createCursorCodec('messages.drafts', position);
  return readPage<z.output<typeof position>, Draft, DraftView, DraftView>({
    limit: input.limit,
    after: codec.decode(input.cursor),
    codec,
    skeleton: (after, limit) => readers.drafts.list(userId, { after, limit }),
    position: ({ updatedAt, conversationId }) => ({ updatedAt, conversationId }),
    async hydrate(drafts) {
      const asks = drafts.map(({ conversationId }) => ({ userId, conversationId }));
      const access = await readers.conversationLog.readable(asks);
      return drafts.map((draft, index) => (access[index] ? viewOf(draft) : null));
    },
    present: (draft) => draft,
  });
}
