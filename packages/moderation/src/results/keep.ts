import type { GateSubject, Id, Runtime, UnitOfWork } from '@socialkit/core';
import type { ModerationResult } from '../kernel/result.js';
import type { SpamFacts } from '../kernel/spam-facts.js';
import type { AuthorTier } from '../kernel/subject.js';
import { clusterOf } from './cluster.js';
import type { ResultStores } from './store.js';

/**
 * Keeps results before the content they are about is written, in a transaction of their own.
 * @returns the reference that the content's events carry, or undefined for a plain approval
 */
export const createResultKeeper =
  (deps: { readonly unitOfWork: UnitOfWork<ResultStores>; readonly runtime: Runtime }) =>
  async (
    result: ModerationResult,
    subject: GateSubject,
    known: {
      readonly facts: SpamFacts | null;
      readonly authorTier: AuthorTier;
      readonly locale: string | null;
    },
  ): Promise<Id | undefined> => {
    if (result.decision === 'approve') return undefined;
    const id = deps.runtime.ids.next();
    const { texts, links, media } = subject;
    const kept = {
      id,
      result,
      authorId: subject.authorId,
      ...known,
      cluster: clusterOf({ texts, links, media: media.map(({ ref }) => ref) }),
      at: deps.runtime.clock.now(),
    };
    await deps.unitOfWork.transact(({ results }) => results.insert(kept));
    return id;
  };
