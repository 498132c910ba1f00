import type { ConversationView, MemberView } from '@socialkit/chat';
import type { Look } from './look.js';
import {
  type Box,
  expectConversation,
  expectConversations,
  expectLinks,
  expectMembers,
  expectShared,
} from './oracle-conversations.js';
import { summaryFields } from './projections.js';
import { NOBODY, type Surface } from './surfaces-accounts.js';

const MISSING = { error: 'conversation.not_found' };

/** A conversation as far as the oracle speaks about it: stream offsets, revisions and attachments have suites of their own. */
const conversationFields = (view: ConversationView) => ({
  id: view.id,
  kind: view.kind,
  title: view.title,
  description: view.description,
  ownerId: view.ownerId,
  history: view.settings.history,
  slowModeSeconds: view.settings.slowModeSeconds,
  who: [view.settings.whoSends, view.settings.whoInvites, view.settings.whoEdits],
  memberCount: view.memberCount,
  counterpartId: view.counterpartId,
  counterpart: view.counterpart && summaryFields(view.counterpart),
  lastSeq: view.lastSeq,
  lastMessageAt: view.lastMessageAt,
  createdAt: view.createdAt,
  viewer: {
    state: view.viewer.state,
    role: view.viewer.role,
    invitedBy: view.viewer.invitedBy && summaryFields(view.viewer.invitedBy),
    awaitsAnswer: view.viewer.awaitsAnswer,
    unread: view.viewer.unread,
    lastReadSeq: view.viewer.lastReadSeq,
    hiddenUpToSeq: view.viewer.hiddenUpToSeq,
    notify: view.viewer.notify,
    mutedUntil: view.viewer.mutedUntil,
    archived: view.viewer.archived,
    pinned: view.viewer.pinned,
    capabilities: { ...view.viewer.capabilities },
  },
});

const memberFields = ({ account, role, since, viewer }: MemberView) => ({
  account: summaryFields(account),
  role,
  since,
  viewer: { ...viewer },
});

const idOf = ({ id }: { readonly id: string }) => id;

async function compareBox(look: Look, box: Box): Promise<void> {
  const said = await look.walk(
    box,
    (page) => look.kit.conversations.list(look.actor, { ...box, ...page }),
    conversationFields,
    idOf,
  );
  look.same(box, said, expectConversations(look.world, look.viewer ?? '', box));
}

/** Reads of the conversations. */
export const conversationSurfaces: Readonly<Record<string, Surface>> = {
  'conversations.list': async (look) => {
    for (const box of ['inbox', 'archived', 'requests'] as const) await compareBox(look, { box });
    await compareBox(look, { box: 'inbox', unread: look.dice.chance(0.5) });
    await compareBox(look, { box: 'inbox', muted: look.dice.chance(0.5) });
  },
  'conversations.get': async (look) => {
    const { world, viewer } = look;
    const get = (conversationId: string) =>
      look.ask(() => look.kit.conversations.get(look.actor, { conversationId }), conversationFields);
    for (const conversation of world.conversations)
      look.same(
        { conversationId: conversation.id },
        await get(conversation.id),
        expectConversation(world, viewer ?? '', conversation) ?? MISSING,
      );
    look.same({ conversationId: NOBODY }, await get(NOBODY), MISSING);
  },
  'conversations.shared': async (look) => {
    const { world, viewer } = look;
    for (const { id: userId } of world.accounts) {
      const said = await look.walk(
        { userId },
        (page) => look.kit.conversations.shared(look.actor, { userId, ...page }),
        conversationFields,
        idOf,
      );
      const expected = expectShared(world, viewer ?? '', userId);
      look.same({ userId }, said, expected ?? { error: 'account.not_found' });
    }
  },
  'conversations.members': async (look) => {
    const { world, viewer, dice } = look;
    for (const conversation of world.conversations) {
      const list = dice.weighted([
        ['active', 4],
        ['invited', 1],
        ['banned', 1],
      ] as const);
      const search = dice.chance(0.2) ? dice.pick(['folk_1', 'FOLK', 'nobody']) : undefined;
      const { id: conversationId } = conversation;
      const what = { conversationId, list, ...(search === undefined ? {} : { search }) };
      const said = await look.walk(
        what,
        (page) => look.kit.conversations.members(look.actor, { ...what, ...page }),
        memberFields,
        ({ account }) => account.id,
      );
      const prefix = search?.toLowerCase() ?? '';
      look.same(what, said, expectMembers(world, viewer ?? '', conversation, list, prefix));
    }
  },
  'conversations.links': async (look) => {
    const { world, viewer } = look;
    for (const conversation of world.conversations) {
      const { id: conversationId } = conversation;
      const said = await look.walk(
        { conversationId },
        (page) => look.kit.conversations.links(look.actor, { conversationId, ...page }),
        (link) => ({ ...link }),
        idOf,
      );
      look.same({ conversationId }, said, expectLinks(world, viewer ?? '', conversation));
    }
  },
};
