import { createHash } from 'node:crypto';
import {
  type AccountReader,
  type Actor,
  contentGateActor,
  endMeasures,
  isOfGate,
  labelOf,
  type Measure,
  notFound,
  type RoleTable,
  type Runtime,
  requireOutranks,
  restrict,
  type SubjectAdapter,
  type SubjectRef,
  systemActor,
  viewerOf,
} from '@socialkit/core';
import type { ConversationReader } from './store.js';
import type { Conversation } from './types.js';
import type { ConversationUnit } from './unit.js';

/** A conversation as a subject of moderation: what a group shows of itself. */
export const subjectOfConversation = ({ id }: Pick<Conversation, 'id'>): SubjectRef => ({
  kind: 'conversation',
  id,
});

const authorOf = ({ ownerId, createdBy }: Pick<Conversation, 'ownerId' | 'createdBy'>) =>
  ownerId ?? createdBy;

/** What is put on record of a conversation that is restricted. */
export const restrictedConversation = (
  conversation: Pick<Conversation, 'id' | 'ownerId' | 'createdBy' | 'revision' | 'createdAt'>,
) => ({
  subject: subjectOfConversation(conversation),
  authorId: authorOf(conversation),
  revision: conversation.revision,
  contentAt: conversation.createdAt,
});

const factsOf = (conversation: Conversation) => ({
  authorId: authorOf(conversation),
  revision: conversation.revision,
  status: 'active',
  contentHash: createHash('sha256')
    .update(JSON.stringify([conversation.title, conversation.description, conversation.avatar]))
    .digest('hex'),
  reach: conversation.memberCount,
  createdAt: conversation.createdAt,
});

/** Takes back the gate's warnings of what a group showed before. @returns the measures that hold on */
export async function endGateLabels(
  stores: ConversationUnit,
  runtime: Runtime,
  conversation: Pick<Conversation, 'id'>,
): Promise<readonly Measure[]> {
  const active = await stores.measures.active(subjectOfConversation(conversation));
  const old = active.filter((measure) => measure.kind === 'blur' && isOfGate(measure));
  await endMeasures(stores, runtime, contentGateActor, old, 'replaced');
  return active.filter((measure) => !old.includes(measure));
}

/** Conversations as subjects of moderation: labels. What is said in them, and who takes part, are other subjects. */
export function createConversationSubject(deps: {
  readonly runtime: Runtime;
  readonly roles: RoleTable;
}): SubjectAdapter<
  ConversationUnit,
  { readonly conversations: ConversationReader; readonly accounts: AccountReader }
> {
  const { runtime, roles } = deps;

  const lockForDecision = async (stores: ConversationUnit, actor: Actor, id: string) => {
    const staffId = viewerOf(actor);
    const seen = (await stores.conversations.byIds([id])).get(id);
    if (!seen) return null;
    await stores.locks.accounts([...new Set([authorOf(seen), ...(staffId === null ? [] : [staffId])])]);
    return stores.conversations.lock(id);
  };
  const requireDecidable = async (stores: ConversationUnit, actor: Actor, found: Conversation) => {
    const staffId = viewerOf(actor);
    const involved = [...new Set([authorOf(found), ...(staffId === null ? [] : [staffId])])];
    const accounts = await stores.accounts.byIds(involved);
    const staff = staffId === null ? undefined : accounts.get(staffId);
    requireOutranks(roles, actor, staff, accounts.get(authorOf(found)));
  };
  const settle = async (stores: ConversationUnit, found: Conversation) => {
    const label = labelOf(await stores.measures.active(subjectOfConversation(found)));
    if (label !== found.label) await stores.conversations.change(found.id, { label });
  };

  return {
    measures: ['label', 'blur'],
    async facts(stores, id, actor = systemActor('subjects')) {
      const found = await lockForDecision(stores, actor, id);
      return found && factsOf(found);
    },
    async snapshot(readers, ids) {
      const found = await readers.conversations.byIds(ids);
      return new Map(
        [...found].map(([id, conversation]) => {
          const { title, description, avatar } = conversation;
          const texts = {
            ...(title === null ? {} : { title }),
            ...(description === null ? {} : { description }),
          };
          const subject = subjectOfConversation(conversation);
          return [
            id,
            {
              ...factsOf(conversation),
              subject,
              texts,
              media: avatar === null ? [] : [avatar],
              context: null,
            },
          ];
        }),
      );
    },
    async apply(stores, actor, id, ruling) {
      const found = await lockForDecision(stores, actor, id);
      if (!found) throw notFound('conversation');
      await requireDecidable(stores, actor, found);
      const measure = await restrict(stores, runtime, actor, restrictedConversation(found), ruling);
      await settle(stores, found);
      return measure;
    },
    async reverse(stores, actor, measure, end, reason) {
      const found = await lockForDecision(stores, actor, measure.subject.id);
      if (found) await requireDecidable(stores, actor, found);
      const ended = await endMeasures(stores, runtime, actor, [measure], end, reason);
      if (ended.length === 0) return { changed: false };
      if (found) await settle(stores, found);
      return { changed: true };
    },
    purge: async () => ({ changed: false }),
  };
}
