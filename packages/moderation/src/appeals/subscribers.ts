import { notFound, type Subscriber } from '@socialkit/core';
import type { ModerationUnit } from '../stores.js';
import { supersedeAppeals } from './decide.js';
import type { Appeal } from './types.js';
import type { AppealDeps } from './unit.js';

/** Opens the case of an appeal anew: the one it waited in is about content that has changed. */
async function reopen(deps: AppealDeps, stores: ModerationUnit, appeal: Appeal): Promise<void> {
  const facts = await deps.measures.subjects[appeal.subject.kind].facts(stores, appeal.subject.id);
  if (!facts) throw notFound('subject');
  const { caseId } = await deps.openCase(stores, {
    subject: appeal.subject,
    revision: facts.revision,
    queue: 'appeals',
    category: appeal.category,
    severity: 2,
    confidence: 1,
    source: 'own_initiative',
    notBy: appeal.notBy,
  });
  await stores.appeals.move(appeal.id, caseId);
}

/**
 * Ends appeals whose decision has ended, opens the case of an appeal anew when its content was edited meanwhile, and tells
 * appellants, on their own streams, what became of their appeals.
 */
export const createAppealSubscriber = (deps: AppealDeps): Subscriber => ({
  name: 'moderation.appeals',
  types: ['measure.ended', 'case.superseded', 'appeal.decided'],
  async handle(event) {
    if (event.type === 'measure.ended') {
      const { decisionId } = event.payload;
      await deps.unitOfWork.transact((stores) => supersedeAppeals(deps, stores, decisionId));
    } else if (event.type === 'case.superseded') {
      const { caseId } = event.payload;
      await deps.unitOfWork.transact(async (stores) => {
        for (const appeal of await stores.appeals.pendingOfCase(caseId)) {
          const { kind, id } = appeal.subject;
          if (await deps.measures.subjects[kind].facts(stores, id)) await reopen(deps, stores, appeal);
        }
      });
    } else if (event.type === 'appeal.decided') {
      const { appealId, appellantId, state } = event.payload;
      const told = await deps.unitOfWork.transact(({ streams }) =>
        streams.append([{ userId: appellantId, type: 'appeal.decided', data: { appealId, state } }]),
      );
      deps.publisher.publish(told);
    }
  },
});
