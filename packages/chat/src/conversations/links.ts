import { createHash, randomBytes } from 'node:crypto';
import {
  type Actor,
  accountOf,
  type Clock,
  conflict,
  type Id,
  notFound,
  requireActive,
} from '@socialkit/core';
import { announced } from './announce.js';
import { joinGroup } from './bring-in.js';
import { lockStanding, requireCapability, requireGroup } from './standing.js';
import type { ConversationReaders } from './store.js';
import { isUsable, type JoinLink } from './types.js';
import type { ConversationWriteDeps } from './unit.js';
import type { LinkPreview, LinkView } from './views.js';

const TOKEN_BYTES = 32;

/** What is stored of a token: a reader of the table cannot join with it. */
export const hashOfToken = (token: string): string => createHash('sha256').update(token).digest('hex');

/** A link as those who manage links see it. @param now Unix ms */
export const linkView = (link: JoinLink, now: number): LinkView => ({
  id: link.id,
  createdBy: link.createdBy,
  createdAt: link.createdAt,
  expiresAt: link.expiresAt,
  maxUses: link.maxUses,
  uses: link.uses,
  usable: isUsable(link, now),
});

const noLink = () => notFound('join_link');

/**
 * Makes a join link. Its token, 256 random bits, is in this answer and nowhere else.
 *
 * @throws conversation.not_found, conversation.not_a_group (conflict), conversation.not_allowed (forbidden),
 * join_link.too_many (conflict), join_link.expired (conflict) when it would end in the past
 */
export const createLink = (
  deps: ConversationWriteDeps,
  actor: Actor,
  input: {
    readonly conversationId: Id;
    readonly expiresAt: number | null;
    readonly maxUses: number | null;
  },
): Promise<LinkView & { readonly token: string }> =>
  announced(deps, async (stores) => {
    const me = accountOf(actor);
    const { conversationId, expiresAt, maxUses } = input;
    const now = deps.runtime.clock.now();
    const standing = await lockStanding(stores, me, conversationId);
    requireGroup(standing);
    requireActive(standing.self);
    requireCapability(standing, 'manageLinks');
    if (expiresAt !== null && expiresAt <= now)
      throw conflict('join_link.expired', 'a join link ends in the future');
    const { maxLinks } = deps.options;
    const held = await stores.links.of(conversationId, { before: null, limit: maxLinks });
    if (held.length >= maxLinks)
      throw conflict('join_link.too_many', `a group has at most ${maxLinks} join links; revoke one`);
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const link: JoinLink = {
      id: deps.runtime.ids.next(),
      conversationId,
      createdBy: me,
      createdAt: now,
      expiresAt,
      maxUses,
      uses: 0,
      revokedAt: null,
    };
    await stores.links.insert(link, hashOfToken(token));
    await stores.outbox.append({
      type: 'join_link.created',
      actor,
      payload: { conversationId, linkId: link.id },
    });
    return { ...linkView(link, now), token };
  });

/**
 * Ends a join link at once; who joined by it stays.
 *
 * @returns `changed: false` when there is no such link any more
 * @throws conversation.not_found, conversation.not_a_group (conflict), conversation.not_allowed (forbidden)
 */
export const revokeLink = (
  deps: ConversationWriteDeps,
  actor: Actor,
  { conversationId, linkId }: { readonly conversationId: Id; readonly linkId: Id },
): Promise<{ readonly changed: boolean }> =>
  announced(deps, async (stores) => {
    const standing = await lockStanding(stores, accountOf(actor), conversationId);
    requireGroup(standing);
    requireActive(standing.self);
    requireCapability(standing, 'manageLinks');
    const changed = await stores.links.revoke(conversationId, linkId, deps.runtime.clock.now());
    if (changed)
      await stores.outbox.append({ type: 'join_link.revoked', actor, payload: { conversationId, linkId } });
    return { changed };
  });

/**
 * Joins a group by a link. One use is taken, in one conditional update, only by who was not a member.
 *
 * @returns `joined: false` for who takes part already
 * @throws join_link.not_found for a token that lets nobody in, or not this account: unknown, revoked, expired, used up, banned;
 * conversation.full (conflict), account.inactive (forbidden)
 */
export const joinByLink = (
  deps: ConversationWriteDeps,
  actor: Actor,
  { token }: { readonly token: string },
): Promise<{ readonly conversationId: Id; readonly joined: boolean }> =>
  announced(deps, async (stores, say) => {
    const me = accountOf(actor);
    const now = deps.runtime.clock.now();
    const link = await stores.links.byHash(hashOfToken(token));
    const conversation = link && (await stores.conversations.lock(link.conversationId));
    if (!link || !conversation) throw noLink();
    requireActive((await stores.facts.relations(me, [me])).get(me));
    const { id: conversationId } = conversation;
    const member = (await stores.members.of(conversationId, [me])).get(me);
    if (member?.state === 'banned') throw noLink();
    if (member?.state === 'active') return { conversationId, joined: false };
    if (!(await stores.links.use(link.id, now))) throw noLink();
    await joinGroup(stores, say, {
      actor,
      conversation,
      userId: me,
      via: 'link',
      invitedBy: link.createdBy,
      now,
      maxMembers: deps.options.maxMembers,
    });
    return { conversationId, joined: true };
  });

/**
 * What a link leads to. Looking uses nothing up.
 * @throws join_link.not_found as {@link joinByLink}
 */
export async function previewLink(
  { readers, clock }: { readonly readers: ConversationReaders; readonly clock: Clock },
  actor: Actor,
  { token }: { readonly token: string },
): Promise<LinkPreview> {
  const me = accountOf(actor);
  const link = await readers.links.byHash(hashOfToken(token));
  if (!link || !isUsable(link, clock.now())) throw noLink();
  const conversation = (await readers.conversations.byIds([link.conversationId])).get(link.conversationId);
  const member = (await readers.members.of(link.conversationId, [me])).get(me);
  if (!conversation || member?.state === 'banned') throw noLink();
  return {
    conversationId: conversation.id,
    title: conversation.title ?? '',
    description: conversation.description,
    avatar: conversation.avatar,
    label: conversation.label,
    memberCount: conversation.memberCount,
    expiresAt: link.expiresAt,
    joined: member?.state === 'active',
  };
}
