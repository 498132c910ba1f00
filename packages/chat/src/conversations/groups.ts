import {
  type Actor,
  type Avatar,
  accountOf,
  forbidden,
  type Id,
  labelOf,
  once,
  requireActive,
  restrictByGate,
  reviewContent,
} from '@socialkit/core';
import { announced } from './announce.js';
import { bringIn } from './bring-in.js';
import { blankConversation, requireMayOpen } from './open.js';
import { removeGroup } from './remove-group.js';
import { lockStanding, requireCapability, requireGroup } from './standing.js';
import type { ConversationChanges } from './store.js';
import { endGateLabels, restrictedConversation } from './subject.js';
import { type Conversation, type ConversationSettings, DEFAULT_SETTINGS } from './types.js';
import type { ConversationWriteDeps } from './unit.js';

/** What a group shows of itself, as far as a call names it. */
interface GroupProfile {
  readonly title?: string | undefined;
  readonly description?: string | null | undefined;
  readonly avatar?: Avatar | null | undefined;
}

type Settings = { readonly [K in keyof ConversationSettings]?: ConversationSettings[K] | undefined };

/** What a call names, without what it leaves out. */
const given = <T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };

type Reviewed = Awaited<ReturnType<typeof reviewContent>>;

const warningOf = (verdict: Reviewed) => (verdict.decision === 'blur' ? verdict.label : null);

/**
 * Asks the gate about what this call writes.
 * @returns what the gate lets through, with the label a `blur` puts on the group
 * @throws content.rejected (forbidden): a profile has no state of review, so `hold` is refused too
 */
async function reviewGroup(
  { gate }: ConversationWriteDeps,
  authorId: Id,
  { title, description, avatar }: GroupProfile,
  subjectId?: Id,
): Promise<Exclude<Reviewed, { decision: 'hold' }>> {
  const texts = given({ title, description: description ?? undefined });
  if (Object.keys(texts).length === 0 && !avatar) return { decision: 'allow' };
  const verdict = await reviewContent(gate, {
    surface: 'group',
    texts: texts as Record<string, string>,
    media: avatar ? [avatar] : [],
    links: [],
    authorId,
    ...(subjectId === undefined ? {} : { subjectId }),
  });
  if (verdict.decision === 'hold') throw forbidden('content.rejected', 'this group is not accepted here');
  return verdict;
}

/**
 * Founds a group with the actor as its owner. Accounts that can be added without asking take part at once, the others are
 * invited; whom the actor cannot reach is left out.
 *
 * @throws content.rejected (forbidden), account.inactive (forbidden), conversation.opening_limited (rate_limited),
 * conversation.full (conflict), idempotency.mismatch
 */
export async function createGroup(
  deps: ConversationWriteDeps,
  actor: Actor,
  input: GroupProfile & {
    readonly title: string;
    readonly settings?: Settings | undefined;
    readonly userIds: readonly Id[];
    readonly idempotencyKey?: string | undefined;
  },
): Promise<{ readonly conversationId: Id }> {
  const me = accountOf(actor);
  const { clock, ids } = deps.runtime;
  const verdict = await reviewGroup(deps, me, input);
  return announced(deps, (stores, say) => {
    const now = clock.now();
    const call = {
      store: stores.idempotency,
      actorId: me,
      operation: 'conversations.createGroup',
      input,
      now,
    };
    return once(call, async () => {
      const userIds = [...new Set(input.userIds)].filter((id) => id !== me);
      if (userIds.length > 0) await stores.locks.pairShared(userIds.map((id) => [me, id] as const));
      requireActive((await stores.facts.relations(me, [me])).get(me));
      await requireMayOpen(stores, deps.options, me, now);
      const conversation: Conversation = {
        ...blankConversation({ id: ids.next(), kind: 'group', createdAt: now, createdBy: me }),
        title: input.title,
        description: input.description ?? null,
        avatar: input.avatar ?? null,
        label: warningOf(verdict),
        ownerId: me,
        settings: { ...DEFAULT_SETTINGS, ...given(input.settings ?? {}) },
      };
      const { id: conversationId } = conversation;
      await stores.conversations.insert(conversation);
      await restrictByGate(stores, deps.runtime, restrictedConversation(conversation), verdict);
      const joined = { seq: 0, offset: 0 };
      await stores.members.move(
        conversationId,
        [{ userId: me, role: 'owner', state: 'active', joined }],
        now,
      );
      await say.inConversation(
        conversationId,
        [{ type: 'conversation.created', by: null, data: { kind: 'group', createdBy: me } }],
        now,
      );
      await stores.outbox.append({
        type: 'conversation.created',
        actor,
        payload: { conversationId, kind: 'group', createdBy: me },
      });
      await bringIn(stores, say, deps.options, {
        actor,
        conversation: { ...conversation, memberCount: 1, lastOffset: 1 },
        userIds,
        how: 'either',
        via: 'created',
        now,
      });
      await say.toAccounts([{ userId: me, type: 'conversation.created', data: { conversationId } }]);
      return { conversationId };
    });
  });
}

const PROFILE = ['title', 'description', 'avatar'] as const;

/**
 * Changes what a group shows of itself (who `whoEdits` allows) or how it works (admins).
 *
 * @returns whether that changed anything
 * @throws conversation.not_found, conversation.not_a_group (conflict), conversation.not_allowed (forbidden),
 * content.rejected (forbidden), account.inactive (forbidden)
 */
export async function editGroup(
  deps: ConversationWriteDeps,
  actor: Actor,
  {
    conversationId,
    settings,
    ...profile
  }: GroupProfile & {
    readonly conversationId: Id;
    readonly settings?: Settings | undefined;
  },
): Promise<{ readonly changed: boolean }> {
  const me = accountOf(actor);
  const verdict = await reviewGroup(deps, me, profile, conversationId);
  return announced(deps, async (stores, say) => {
    const now = deps.runtime.clock.now();
    const standing = await lockStanding(stores, me, conversationId);
    requireGroup(standing);
    requireActive(standing.self);
    const { conversation } = standing;
    const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
    const shown = PROFILE.filter(
      (name) => profile[name] !== undefined && !same(profile[name], conversation[name]),
    );
    const merged = { ...conversation.settings, ...given(settings ?? {}) };
    const works = Object.keys(merged).filter(
      (name) =>
        merged[name as keyof ConversationSettings] !==
        conversation.settings[name as keyof ConversationSettings],
    );
    if (PROFILE.some((name) => profile[name] !== undefined)) requireCapability(standing, 'editProfile');
    if (settings !== undefined) requireCapability(standing, 'editSettings');
    const fields = [...shown, ...works];
    if (fields.length === 0) return { changed: false };
    const kept = shown.length > 0 ? await endGateLabels(stores, deps.runtime, conversation) : [];
    const label = warningOf(verdict) ?? labelOf(kept);
    const changes: ConversationChanges = {
      ...Object.fromEntries(shown.map((name) => [name, profile[name]])),
      ...(shown.length > 0 ? { label } : {}),
      ...(works.length > 0 ? { settings: merged } : {}),
    };
    const revision = (await stores.conversations.change(conversationId, changes)) ?? 0;
    if (shown.length > 0)
      await restrictByGate(
        stores,
        deps.runtime,
        restrictedConversation({ ...conversation, revision }),
        verdict,
      );
    // What was changed is read anew by whoever hears of it: texts never stand in a log.
    await say.inConversation(
      conversationId,
      [{ type: 'conversation.updated', by: null, data: { fields, revision, actorId: me } }],
      now,
    );
    await stores.outbox.append({
      type: 'conversation.updated',
      actor,
      payload: { conversationId, revision, fields },
    });
    return { changed: true };
  });
}

/**
 * Deletes a group for everybody; what was in it can be read by nobody any more.
 *
 * @throws conversation.not_found, conversation.not_a_group (conflict), conversation.not_allowed (forbidden)
 */
export const deleteGroup = (
  deps: ConversationWriteDeps,
  actor: Actor,
  { conversationId }: { readonly conversationId: Id },
): Promise<{ readonly deleted: boolean }> =>
  announced(deps, async (stores, say) => {
    const standing = await lockStanding(stores, accountOf(actor), conversationId);
    requireGroup(standing);
    requireActive(standing.self);
    requireCapability(standing, 'deleteGroup');
    await removeGroup(stores, say, { actor, conversationId, now: deps.runtime.clock.now() });
    return { deleted: true };
  });
