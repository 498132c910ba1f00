import type { Id } from '@socialkit/core';
import type { OpenBackend } from '@socialkit/core/testing';
import type { ChatSuiteHandle } from '../suite-backend.js';
import { blankConversation } from './open.js';
import { type Conversation, pairOf } from './types.js';

/** A group of nobody's, or with `pair` a direct conversation. */
export function sampleConversation(
  open: OpenBackend<ChatSuiteHandle>,
  overrides: Partial<Conversation> = {},
): Conversation {
  const { pair, ...rest } = overrides;
  const [id, createdBy] = [open.ids.next(), open.ids.next()];
  const blank = blankConversation({
    id,
    kind: pair ? 'direct' : 'group',
    createdAt: open.clock.now(),
    createdBy,
  });
  return pair
    ? { ...blank, ...rest, pair: pairOf(...pair) }
    : { ...blank, title: 'Sample', ownerId: createdBy, ...rest };
}

/** Inserts a group whose first account is its owner and whose others are members, all joined at the beginning. */
export async function insertGroup(
  open: OpenBackend<ChatSuiteHandle>,
  userIds: readonly Id[],
  overrides: Partial<Conversation> = {},
): Promise<Conversation> {
  const conversation = sampleConversation(open, { ownerId: userIds[0] ?? null, ...overrides });
  await open.a.unitOfWork.transact(async ({ conversations, members }) => {
    await conversations.insert(conversation);
    await members.move(
      conversation.id,
      userIds.map((userId, index) => ({
        userId,
        state: 'active',
        role: index === 0 ? 'owner' : 'member',
        joined: { seq: 0, offset: 0 },
      })),
      open.clock.now(),
    );
  });
  return conversation;
}

/** New ids, oldest first. */
export const newIds = (open: OpenBackend<ChatSuiteHandle>, count: number): readonly Id[] =>
  Array.from({ length: count }, () => open.ids.next());
