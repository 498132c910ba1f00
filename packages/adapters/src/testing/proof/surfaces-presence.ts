import type { Look } from './look.js';
import {
  expectContacts,
  expectConversationPresence,
  expectOwnPresence,
  expectPresence,
} from './oracle-presence.js';
import { summaryFields } from './projections.js';
import { NOBODY, type Surface } from './surfaces-accounts.js';

const MISSING = { error: 'conversation.not_found' };

async function compareContacts(look: Look, of: 'following' | 'friends'): Promise<void> {
  const said = await look.walk(
    { of },
    (page) => look.kit.presence.contacts(look.actor, { of, ...page }),
    ({ user, state }) => ({ user: summaryFields(user), state }),
    ({ user }) => user.id,
  );
  look.same({ of }, said, expectContacts(look.world, look.viewer ?? '', of));
}

/** Reads of presence. */
export const presenceSurfaces: Readonly<Record<string, Surface>> = {
  'presence.get': async (look) => {
    const userIds = [...look.world.accounts.map(({ id }) => id), NOBODY];
    const said = await look.ask(
      () => look.kit.presence.get(look.actor, { userIds }),
      ({ items }) => items.map((item) => ({ ...item })),
    );
    look.same(
      { userIds },
      said,
      userIds.map((userId) => expectPresence(look.world, look.viewer ?? '', userId)),
    );
  },
  'presence.mine': async (look) => {
    const said = await look.ask(
      () => look.kit.presence.mine(look.actor, {}),
      (own) => ({ ...own, devices: own.devices.map((device) => ({ ...device })) }),
    );
    look.same({}, said, expectOwnPresence(look.world, look.viewer ?? ''));
  },
  'presence.contacts': async (look) => {
    for (const of of ['following', 'friends'] as const) await compareContacts(look, of);
  },
  'presence.ofConversation': async (look) => {
    const { world, viewer } = look;
    for (const conversation of world.conversations) {
      const { id: conversationId } = conversation;
      const said = await look.ask(
        () => look.kit.presence.ofConversation(look.actor, { conversationId }),
        ({ items, ...counts }) => ({
          ...counts,
          items: items && [...items].sort((a, b) => (a.userId < b.userId ? -1 : 1)),
        }),
      );
      look.same(
        { conversationId },
        said,
        expectConversationPresence(world, viewer ?? '', conversation) ?? MISSING,
      );
    }
  },
};
