import {
  type AccountSummary,
  type Actor,
  accountOf,
  canViewAccount,
  createCursorCodec,
  type Id,
  idSchema,
  notFound,
  type Page,
  readPage,
  requireAccount,
} from '@socialkit/core';
import { z } from 'zod';
import { can, outranks } from './capabilities.js';
import { linkView } from './links.js';
import { type PresentDeps, presentConversations } from './present.js';
import { requireCapability, requireGroup, requireStanding, type Standing } from './standing.js';
import type { ConversationListQuery, ConversationPosition, MemberPosition } from './store.js';
import { type JoinLink, MEMBER_ROLES, type Member, type MemberState } from './types.js';
import type { ConversationView, LinkView, MemberView } from './views.js';

interface PageInput {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** @throws conversation.not_found unless the actor knows of it */
export async function getConversation(
  deps: PresentDeps,
  actor: Actor,
  conversationId: Id,
): Promise<ConversationView> {
  const views = await presentConversations(deps, accountOf(actor), [conversationId]);
  const view = views.get(conversationId);
  if (!view) throw notFound('conversation');
  return view;
}

const listPosition = z.tuple([z.boolean(), z.int(), idSchema]);

/**
 * A page of the actor's conversations, newest message first, pinned ones before all. Nothing that stands still is repeated or
 * skipped; what gets a message meanwhile moves to the head, where the next reading of the head finds it.
 */
export async function listConversations(
  deps: PresentDeps,
  actor: Actor,
  {
    box,
    unread,
    muted,
    ...page
  }: PageInput &
    Pick<ConversationListQuery, 'box'> & {
      readonly unread?: boolean | undefined;
      readonly muted?: boolean | undefined;
    },
): Promise<Page<ConversationView>> {
  const me = accountOf(actor);
  const filters = {
    box,
    ...(unread === undefined ? {} : { unread }),
    ...(muted === undefined ? {} : { muted }),
  };
  const codec = createCursorCodec(`conversations.list:${me}:${JSON.stringify(filters)}`, listPosition);
  const position = (entry: ConversationPosition) =>
    [entry.pinned, entry.at, entry.conversationId] as [boolean, number, Id];
  return readPage<[boolean, number, Id], ConversationPosition, ConversationView, ConversationView>({
    limit: page.limit,
    after: codec.decode(page.cursor),
    codec,
    position,
    skeleton: (after, limit) =>
      deps.readers.members.conversations(me, {
        ...filters,
        now: deps.clock.now(),
        after: after && { pinned: after[0], at: after[1], conversationId: after[2] },
        limit,
      }),
    async hydrate(entries) {
      const ids = entries.map(({ conversationId }) => conversationId);
      const views = await presentConversations(deps, me, ids);
      return ids.map((id) => views.get(id) ?? null);
    },
    present: (view) => view,
  });
}

/** Conversations in which both the actor and another account take part, newest first. @throws account.not_found */
export async function sharedConversations(
  deps: PresentDeps,
  actor: Actor,
  { userId, ...page }: PageInput & { readonly userId: Id },
): Promise<Page<ConversationView>> {
  const me = accountOf(actor);
  requireAccount((await deps.readers.facts.relations(me, [userId])).get(userId));
  const codec = createCursorCodec(`conversations.shared:${me}:${userId}`, idSchema);
  return readPage<Id, Id, ConversationView, ConversationView>({
    limit: page.limit,
    after: codec.decode(page.cursor),
    codec,
    position: (id) => id,
    skeleton: async (before, limit) =>
      me === userId ? [] : deps.readers.members.shared(me, userId, { before, limit }),
    async hydrate(ids) {
      const views = await presentConversations(deps, me, ids);
      return ids.map((id) => views.get(id) ?? null);
    },
    present: (view) => view,
  });
}

/** Which members to list. */
export type MemberList = 'active' | 'invited' | 'banned';

/** A direct conversation lists both sides, whatever the other has answered: that is not for the first to know. */
const STATES: Readonly<Record<'direct' | MemberList, readonly MemberState[]>> = {
  direct: ['active', 'requested', 'declined'],
  active: ['active'],
  invited: ['invited'],
  banned: ['banned'],
};

const memberPosition = z.tuple([z.enum(MEMBER_ROLES), idSchema]);

const memberView = (standing: Standing, member: Member, account: AccountSummary): MemberView => {
  const self = member.userId === standing.member.userId;
  const above = !self && outranks(standing.member.role, member.role);
  const active = member.state === 'active';
  return {
    account,
    role: member.role,
    since: member.state === 'active' ? (member.joinedAt ?? member.since) : member.since,
    viewer: {
      self,
      canRemove: active && above && can(standing, 'remove'),
      canBan: above && member.state !== 'banned' && can(standing, 'ban'),
      canChangeRole: active && above && can(standing, 'changeRoles'),
    },
  };
};

/**
 * A page of a conversation's members, highest role first, then by id; whose profile the actor cannot see is left out.
 *
 * @param input.search beginning of a handle
 * @throws conversation.not_found unless the actor takes part, conversation.not_allowed (forbidden) for the invited and the
 * banned unless the actor manages them
 */
export async function listMembers(
  deps: PresentDeps,
  actor: Actor,
  input: PageInput & {
    readonly conversationId: Id;
    readonly list: MemberList;
    readonly search?: string | undefined;
  },
): Promise<Page<MemberView>> {
  const { readers } = deps;
  const me = accountOf(actor);
  const { conversationId, list, search } = input;
  const standing = await requireStanding(readers, me, conversationId);
  if (standing.member.state !== 'active') throw notFound('conversation');
  if (list !== 'active') {
    requireGroup(standing);
    requireCapability(standing, list === 'invited' ? 'invite' : 'ban');
  }
  const prefix = search?.toLowerCase();
  const codec = createCursorCodec(
    `conversations.members:${conversationId}:${list}:${prefix ?? ''}`,
    memberPosition,
  );
  const states = STATES[standing.conversation.kind === 'direct' ? 'direct' : list];
  type Hydrated = { readonly member: Member; readonly account: AccountSummary };
  return readPage<[MemberPosition['role'], Id], Member, Hydrated, MemberView>({
    limit: input.limit,
    after: codec.decode(input.cursor),
    codec,
    position: ({ role, userId }) => [role, userId],
    skeleton: (after, limit) =>
      readers.members.list(conversationId, {
        states,
        after: after && { role: after[0], userId: after[1] },
        limit,
      }),
    async hydrate(members) {
      const ids = members.map(({ userId }) => userId);
      const [facts, summaries] = await Promise.all([
        readers.facts.relations(me, ids),
        readers.accounts.summaries(ids),
      ]);
      return members.map((member) => {
        const account = summaries.get(member.userId);
        return account && canViewAccount(facts.get(member.userId)) ? { member, account } : null;
      });
    },
    rules: ({ account }) => prefix === undefined || account.handle.startsWith(prefix),
    present: ({ member, account }) => memberView(standing, member, account),
  });
}

/**
 * A page of a group's join links that are not revoked, newest first.
 * @throws conversation.not_found, conversation.not_a_group (conflict), conversation.not_allowed (forbidden)
 */
export async function listLinks(
  deps: PresentDeps,
  actor: Actor,
  { conversationId, ...page }: PageInput & { readonly conversationId: Id },
): Promise<Page<LinkView>> {
  const standing = await requireStanding(deps.readers, accountOf(actor), conversationId);
  requireGroup(standing);
  requireCapability(standing, 'manageLinks');
  const codec = createCursorCodec(`conversations.links:${conversationId}`, idSchema);
  return readPage<Id, JoinLink, JoinLink, LinkView>({
    limit: page.limit,
    after: codec.decode(page.cursor),
    codec,
    position: ({ id }) => id,
    skeleton: (before, limit) => deps.readers.links.of(conversationId, { before, limit }),
    hydrate: async (links) => links,
    present: (link) => linkView(link, deps.clock.now()),
  });
}
