import type { Subscriber } from '@socialkit/core';
import type { LabelledDecision } from '../detectors/online/spam-model.js';
import { isCurrent } from '../review/open-case.js';
import type { ReviewCase } from '../review/types.js';
import type { ReviewDeps } from '../review/unit.js';
import type { StoredSpamModel } from './stored-spam-model.js';

const MOST = 100_000;

/**
 * What a decided case says about spam; null where it says nothing: a restriction for another reason may be spam or not. An
 * appeal that wins turns what was said before.
 */
function labelOf({ lane, category, verdict }: ReviewCase): boolean | null {
  if (verdict === null || lane === 'quality') return null;
  const { decision } = verdict;
  if (lane === 'appeal') return category === 'spam' && decision === 'overturn' ? false : null;
  if (decision === 'approve') return false;
  return decision === 'restrict' && category === 'spam' ? true : null;
}

/**
 * Teaches the spam model from what people decided in the end, never from what the machine thought. A subject that was edited or
 * deleted since teaches nothing: nobody has decided about what it says now.
 */
export const createSpamLearner = (
  { measures, readers, runtime }: ReviewDeps,
  stored: Pick<StoredSpamModel, 'learn'>,
): Subscriber => ({
  name: 'moderation.spam_learning',
  types: ['case.decided'],
  async handle(event) {
    if (event.type !== 'case.decided') return;
    const { caseId } = event.payload;
    const one = (await readers.cases.byIds([caseId])).get(caseId);
    const spam = one ? labelOf(one) : null;
    if (!one || spam === null || one.decidedBy === null) return;
    const { subject, revision, lane } = one;
    const snapshot = (await measures.subjects[subject.kind].snapshot(readers, [subject.id])).get(subject.id);
    if (!snapshot || !isCurrent(one, snapshot)) return;
    const text = Object.keys(snapshot.texts)
      .sort()
      .map((field) => snapshot.texts[field])
      .join('\n')
      .slice(0, MOST);
    if (text.trim() === '') return;
    const decision: LabelledDecision = {
      id: `${subject.kind}:${subject.id}@${revision}`,
      text,
      spam,
      moderatorId: one.decidedBy,
      at: one.decidedAt ?? runtime.clock.now(),
      source: lane === 'appeal' ? 'appeal' : 'decision',
    };
    await stored.learn(decision);
  },
});
