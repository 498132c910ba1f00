import {
  idSchema,
  type JobHandler,
  parseInput,
  type StreamEvent,
  type StreamPublisher,
} from '@socialkit/core';
import { z } from 'zod';
import type { ReviewCase } from '../review/types.js';
import type { ModerationUnit } from '../stores.js';
import type { Report } from './types.js';
import type { ReportDeps } from './unit.js';

const PAGE = 100;
const settleJob = z.strictObject({ caseId: idSchema });

/** Tells reporters what became of their reports, on their own streams, and counts it for their record. */
export async function tellReporters(
  stores: ModerationUnit,
  settled: readonly Report[],
): Promise<readonly StreamEvent[]> {
  await stores.reporters.count(
    settled.flatMap(({ reporterId, state, muted }) =>
      !muted && (state === 'upheld' || state === 'declined') ? [{ reporterId, state }] : [],
    ),
  );
  return stores.streams.append(
    settled.map(({ reporterId, id, state }) => ({
      userId: reporterId,
      type: 'report.decided',
      data: { reportId: id, state },
    })),
  );
}

/** Publishes events of account streams, one each. */
export const publishEach = (publisher: StreamPublisher, events: readonly StreamEvent[]): void => {
  for (const event of events) publisher.publish([event]);
};

/** What a case means for the reports in it; null while it means nothing yet. */
function outcomeOf({
  state,
  verdict,
}: Pick<ReviewCase, 'state' | 'verdict'>): 'upheld' | 'declined' | 'moot' | null {
  if (verdict) return verdict.decision === 'restrict' ? 'upheld' : 'declined';
  // What goes on about later content has taken its reports along; those that are left are about something that is gone.
  return state === 'superseded' ? 'moot' : null;
}

/**
 * Decides the reports of a decided case, a page in a transaction. Idempotent: only open reports are decided, so a run after a
 * crash goes on where the last one ended.
 */
export const createSettleHandler =
  (deps: ReportDeps): JobHandler =>
  async ([job], { signal }) => {
    const { caseId } = parseInput(settleJob, job?.payload);
    const decided = (await deps.readers.cases.byIds([caseId])).get(caseId);
    const state = decided && outcomeOf(decided);
    if (!state) return;
    for (let page = PAGE; page === PAGE; ) {
      signal.throwIfAborted();
      const events = await deps.unitOfWork.transact(async (stores) => {
        const settled = await stores.reports.settle(caseId, state, deps.runtime.clock.now(), PAGE);
        page = settled.length;
        return settled.length > 0 ? tellReporters(stores, settled) : [];
      });
      publishEach(deps.ports.publisher, events);
    }
  };
