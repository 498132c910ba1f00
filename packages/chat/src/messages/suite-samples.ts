import type { Id } from '@socialkit/core';
import { type OpenBackend, sampleAccount } from '@socialkit/core/testing';
import type { ChatSuiteHandle } from '../suite-backend.js';
import type { NewMessage, Placed } from './store.js';

/** Accounts that exist, oldest first. */
export async function people(open: OpenBackend<ChatSuiteHandle>, count: number): Promise<readonly Id[]> {
  const ids = Array.from({ length: count }, () => open.ids.next());
  await open.a.unitOfWork.transact(async ({ accounts }) => {
    for (const id of ids) await accounts.insert(sampleAccount(id));
  });
  return ids;
}

/** A published message that refers to nothing. */
export const newMessage = (
  open: OpenBackend<ChatSuiteHandle>,
  conversationId: Id,
  authorId: Id,
  overrides: Partial<NewMessage> = {},
): NewMessage => ({
  conversationId,
  authorId,
  clientId: null,
  fingerprint: null,
  status: 'published',
  text: 'sample',
  entities: [],
  attachments: [],
  label: null,
  replyToSeq: null,
  threadRootSeq: null,
  forwarded: false,
  createdAt: open.clock.now(),
  expiresAt: null,
  mentions: [],
  paced: false,
  ...overrides,
});

/** Writes messages in one transaction, behind the locks of their conversations. */
export const write = (
  on: ChatSuiteHandle,
  messages: readonly NewMessage[],
  meanwhile: () => Promise<void> = async () => {},
): Promise<readonly Placed[]> =>
  on.unitOfWork.transact(async ({ sends }) => {
    await sends.lock([...new Set(messages.map(({ conversationId }) => conversationId))], []);
    const placed = await sends.write(messages);
    await meanwhile();
    return placed;
  });
