import {
  type AccountReader,
  type AccountSummary,
  type Actor,
  accountOf,
  createCursorCodec,
  type Edge,
  type GraphReaders,
  type Id,
  idSchema,
  notFound,
  type Page,
  readPage,
} from '@socialkit/core';
import { requireStanding } from '../conversations/standing.js';
import type { MemberPosition } from '../conversations/store.js';
import type { StandingReaders } from '../conversations/unit.js';
import { canViewMemberPresence } from './rules.js';
import { MAX_LISTED_MEMBERS, type PresenceView, type ShownState } from './types.js';
import { type PresenceReadDeps, viewPresences } from './view.js';

/** What the listings of presence read. */
export interface PresenceListDeps extends PresenceReadDeps {
  readonly readers: PresenceReadDeps['readers'] &
    StandingReaders &
    Pick<GraphReaders, 'follows' | 'friends'> & { readonly accounts: Pick<AccountReader, 'summaries'> };
}

/** Members looked at by one question. */
const MEMBER_PAGE = 250;
/** Members of a conversation that are counted at most; the default limit of a group is far below. */
const MAX_COUNTED_MEMBERS = 5000;

/** Accounts as the caller sees them, each once, in the order asked. */
export const getPresence = async (
  deps: PresenceReadDeps,
  actor: Actor,
  { userIds }: { readonly userIds: readonly Id[] },
): Promise<{ readonly items: readonly PresenceView[] }> => ({
  items: await viewPresences(deps, accountOf(actor), [...new Set(userIds)]),
});

interface OnlineContact {
  readonly user: AccountSummary;
  readonly state: ShownState;
}

/** Who of those the caller follows, or of the caller's friends, is connected. */
export async function onlineContacts(
  deps: PresenceListDeps,
  actor: Actor,
  input: {
    readonly of: 'following' | 'friends';
    readonly limit: number;
    readonly cursor?: string | undefined;
  },
): Promise<Page<OnlineContact>> {
  const { readers } = deps;
  const me = accountOf(actor);
  const codec = createCursorCodec(`presence.contacts:${me}:${input.of}`, idSchema);
  return readPage<Id, Edge, OnlineContact, OnlineContact>({
    limit: input.limit,
    after: codec.decode(input.cursor),
    codec,
    skeleton: (after, limit) => {
      const query = { viewer: me, after, limit };
      return input.of === 'friends'
        ? readers.friends.friends(me, query)
        : readers.follows.following(me, query);
    },
    position: ({ id }) => id,
    hydrate: async (edges) => {
      const views = await viewPresences(
        deps,
        me,
        edges.map(({ accountId }) => accountId),
      );
      const online = views.filter(({ state }) => state !== 'offline').map(({ userId }) => userId);
      const summaries = online.length > 0 ? await readers.accounts.summaries(online) : new Map();
      return views.map(({ userId, state }) => {
        const user = summaries.get(userId);
        return user ? { user, state } : null;
      });
    },
    present: (contact) => contact,
  });
}

/**
 * Who of a conversation's members is connected, as the caller sees them: members see each other, also those with private
 * accounts; blocked and invisible ones are offline.
 * @throws conversation.not_found unless the caller takes part
 */
export async function conversationPresence(
  deps: PresenceListDeps,
  actor: Actor,
  { conversationId }: { readonly conversationId: Id },
): Promise<{
  readonly members: number;
  readonly online: number | null;
  readonly items: readonly { readonly userId: Id; readonly state: ShownState }[] | null;
}> {
  const { readers } = deps;
  const me = accountOf(actor);
  const { conversation, member } = await requireStanding(readers, me, conversationId);
  if (member.state !== 'active') throw notFound('conversation');
  const { memberCount: members } = conversation;
  if (members > MAX_COUNTED_MEMBERS) return { members, online: null, items: null };
  const connected: { userId: Id; state: ShownState }[] = [];
  let after: MemberPosition | null = null;
  do {
    const page = await readers.members.list(conversationId, {
      states: ['active'],
      after,
      limit: MEMBER_PAGE,
    });
    const userIds = page.map(({ userId }) => userId);
    const devices = await deps.store.devices(userIds);
    // Most are not connected: only about the others is there anything to decide.
    const views = await viewPresences(
      deps,
      me,
      userIds.filter((userId) => devices.has(userId)),
      canViewMemberPresence,
    );
    for (const { userId, state } of views) if (state !== 'offline') connected.push({ userId, state });
    const last = page.at(-1);
    after = last && page.length === MEMBER_PAGE ? { role: last.role, userId: last.userId } : null;
  } while (after !== null);
  return {
    members,
    online: connected.length,
    items: members > MAX_LISTED_MEMBERS ? null : connected,
  };
}
