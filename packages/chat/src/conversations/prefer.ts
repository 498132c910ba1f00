import { type Actor, accountOf, conflict, type Id, notFound } from '@socialkit/core';
import { announced } from './announce.js';
import { lockStanding } from './standing.js';
import type { MemberPreferences } from './store.js';
import type { NotificationLevel } from './types.js';
import type { ConversationWriteDeps } from './unit.js';

/** What a member sets for itself; nobody else learns of it. What is absent stays. */
export interface Preferences {
  readonly archived?: boolean | undefined;
  readonly pinned?: boolean | undefined;
  /** Unix milliseconds; null ends the mute. */
  readonly mutedUntil?: number | null | undefined;
  readonly notify?: NotificationLevel | undefined;
}

/**
 * Archives, pins, mutes a conversation for the actor, or sets what it is told about. Archiving also unpins. Its other devices
 * hear of it.
 *
 * @throws conversation.not_found unless the actor takes part, conversation.too_many_pinned (conflict)
 */
export const prefer = (
  deps: ConversationWriteDeps,
  actor: Actor,
  { conversationId, archived, pinned, mutedUntil, notify }: Preferences & { readonly conversationId: Id },
): Promise<{ readonly changed: boolean }> =>
  announced(deps, async (stores, say) => {
    const me = accountOf(actor);
    const now = deps.runtime.clock.now();
    // Behind the account's own lock: pins of all its conversations are counted together.
    await stores.locks.accounts([me]);
    const known = (await stores.conversations.knownTo(me, [conversationId])).has(conversationId);
    const member = (await stores.members.of(conversationId, [me])).get(me);
    if (!known || member?.state !== 'active') throw notFound('conversation');

    const wanted: MemberPreferences = {
      ...(archived === undefined ? {} : { archivedAt: archived ? (member.archivedAt ?? now) : null }),
      ...(archived === true ? { pinnedAt: null } : {}),
      ...(pinned === undefined ? {} : { pinnedAt: pinned ? (member.pinnedAt ?? now) : null }),
      ...(mutedUntil === undefined ? {} : { mutedUntil }),
      ...(notify === undefined ? {} : { notify }),
    };
    const changes = Object.fromEntries(
      Object.entries(wanted).filter(([name, value]) => value !== member[name as keyof MemberPreferences]),
    ) as MemberPreferences;
    if (Object.keys(changes).length === 0) return { changed: false };
    const { maxPinned } = deps.options;
    if (changes.pinnedAt != null && (await stores.members.countPinned(me)) >= maxPinned)
      throw conflict('conversation.too_many_pinned', `at most ${maxPinned} conversations are pinned`);
    await stores.members.prefer(conversationId, me, changes);
    const after = { ...member, ...changes };
    await say.toAccounts([
      {
        userId: me,
        type: 'conversation.preferences_changed',
        data: {
          conversationId,
          archived: after.archivedAt !== null,
          pinned: after.pinnedAt !== null,
          mutedUntil: after.mutedUntil,
          notify: after.notify,
        },
      },
    ]);
    return { changed: true };
  });

/**
 * Empties a conversation for the actor alone: what was written so far is gone for it and counts as read.
 *
 * @throws conversation.not_found unless the actor takes part
 */
export const clear = (
  deps: ConversationWriteDeps,
  actor: Actor,
  { conversationId }: { readonly conversationId: Id },
): Promise<{ readonly clearedSeq: number }> =>
  announced(deps, async (stores, say) => {
    const me = accountOf(actor);
    const { conversation, member } = await lockStanding(stores, me, conversationId);
    if (member.state !== 'active') throw notFound('conversation');
    const clearedSeq = conversation.lastSeq;
    await stores.members.prefer(conversationId, me, { clearedSeq });
    await say.toAccounts([
      { userId: me, type: 'conversation.cleared', data: { conversationId, clearedSeq } },
    ]);
    return { clearedSeq };
  });
