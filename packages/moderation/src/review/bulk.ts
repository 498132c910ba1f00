import { type Actor, type ErrorCategory, type Id, isSocialError } from '@socialkit/core';
import { type Decided, decideCase } from './decide.js';
import type { VerdictInput } from './types.js';
import type { ReviewDeps } from './unit.js';

/** What came of one case of many. */
export type BulkOutcome =
  | ({ readonly ok: true } & Decided)
  | { readonly ok: false; readonly caseId: Id; readonly code: string; readonly category: ErrorCategory };

/**
 * Gives one verdict about many cases, each in a transaction of its own and behind all rules of a single one; a quorum is not
 * shortened. Cases that somebody else looks at are left to him.
 *
 * @returns one outcome a case, in order
 */
export async function decideMany(
  deps: ReviewDeps,
  actor: Actor,
  { caseIds, verdict }: { readonly caseIds: readonly Id[]; readonly verdict: VerdictInput },
): Promise<readonly BulkOutcome[]> {
  const outcomes: BulkOutcome[] = [];
  for (const caseId of new Set(caseIds)) {
    try {
      outcomes.push({ ok: true, ...(await decideCase(deps, actor, { caseId, token: null, verdict })) });
    } catch (error) {
      if (!isSocialError(error) || error.category === 'internal' || error.retryable) throw error;
      outcomes.push({ ok: false, caseId, code: error.code, category: error.category });
    }
  }
  return outcomes;
}
