import { createService, type JobHandler, type Service } from '@socialkit/core';
import { createReport } from './create.js';
import { reportOperations } from './operations.js';
import { readOwnReports, readReportsOfCase } from './reads.js';
import { listReasons } from './reasons.js';
import { muteReporter, trustReporter } from './reporters.js';
import { createSettleHandler } from './settle.js';
import { SETTLE_QUEUE } from './types.js';
import type { ReportDeps, ReportSettings } from './unit.js';

/** The public operations of reports. */
export type ReportsService = Service<typeof reportOperations>;

/** Options of reports. */
export interface ReportOptions {
  /** Reports an account may make in ten minutes. @default 20 */
  readonly limit?: number;
}

/** Reports with what they do in the background. */
export interface Reports {
  readonly service: ReportsService;
  readonly workers: readonly { readonly queue: string; readonly handle: JobHandler }[];
}

/** Assembles reports. */
export function createReports(given: Omit<ReportDeps, 'settings'>, options: ReportOptions = {}): Reports {
  const settings: ReportSettings = { limit: options.limit ?? 20, windowMs: 10 * 60_000 };
  const deps: ReportDeps = { ...given, settings };
  const service = createService(
    reportOperations,
    {
      create: (actor, input) => createReport(deps, actor, input),
      mine: (actor, slice) => readOwnReports(deps, actor, slice),
      reasons: async () => ({ items: listReasons() }),
      ofCase: (actor, input) => readReportsOfCase(deps, actor, input),
      mute: (actor, input) => muteReporter(deps, actor, input),
      trust: (actor, input) => trustReporter(deps, actor, input),
    },
    deps.runtime,
  );
  return { service, workers: [{ queue: SETTLE_QUEUE, handle: createSettleHandler(deps) }] };
}
