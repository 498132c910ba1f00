import type { FactsReader } from '../access/index.js';
import type { JobHandler, JobWriter } from '../kernel/jobs.js';
import { createService, type Service } from '../kernel/operation.js';
import type { Subscriber } from '../kernel/outbox.js';
import type { Runtime } from '../kernel/runtime.js';
import type { UnitOfWork } from '../kernel/unit-of-work.js';
import { type AudienceReads, readAudience } from './audience.js';
import { type CaptureDeps, createAnalyticsSubscribers } from './capture.js';
import { readContent } from './content.js';
import { readDashboard } from './dashboard.js';
import { exportNumbers } from './export.js';
import { readGrowth } from './growth.js';
import { createRollupWorker } from './maintain.js';
import { engagementOf, loadNumbers } from './numbers.js';
import { analyticsOperations } from './operations.js';
import { createSampler } from './sampler.js';
import { headOf, openSpan } from './span.js';
import type { AnalyticsStores } from './store.js';
import { type TrackOptions, trackClicks, trackImpressions, trackOperations } from './track.js';

/** The analytics' public operations. */
export type AnalyticsService = Service<typeof analyticsOperations>;
/** The public operations by which clients say what was seen. */
export type TrackService = Service<typeof trackOperations>;

/** How analytics behave here. */
export interface AnalyticsOptions extends TrackOptions {
  /** Impressions a process takes whole in a second; above, it samples and weighs. @default 20,000 */
  readonly impressionsPerSecond?: number;
}

/** What the analytics work on. */
export interface AnalyticsDeps {
  readonly unitOfWork: UnitOfWork<AnalyticsStores & { readonly jobs: JobWriter }>;
  readonly readers: AudienceReads['readers'] & CaptureDeps['readers'] & { readonly facts: FactsReader };
  readonly runtime: Runtime;
}

/** The slice, assembled. */
export interface Analytics {
  readonly service: AnalyticsService;
  readonly track: TrackService;
  readonly subscribers: readonly Subscriber[];
  readonly workers: readonly {
    readonly queue: string;
    readonly handle: JobHandler;
    readonly options: { readonly batch: number; readonly concurrency: number };
  }[];
}

/** Assembles the analytics. */
export function createAnalytics(deps: AnalyticsDeps, options: AnalyticsOptions = {}): Analytics {
  const { unitOfWork, readers, runtime } = deps;
  const { clock } = runtime;
  const reads = { readers, clock, unitOfWork };
  const budget = options.impressionsPerSecond;
  const tracking = {
    unitOfWork,
    readers,
    runtime,
    options,
    sampler: createSampler({ clock }, budget === undefined ? {} : { budgetPerSecond: budget }),
  };
  return {
    service: createService(
      analyticsOperations,
      {
        content: (actor, input) => readContent(reads, actor, input),
        audience: (actor, input) => readAudience(reads, actor, input),
        engagement: async (actor, input) => {
          const span = await openSpan(reads, actor, input);
          return { ...headOf(span), ...engagementOf(span, await loadNumbers(reads, span)) };
        },
        dashboard: (actor, input) => readDashboard(reads, actor, input),
        export: (actor, input) => exportNumbers(reads, actor, input),
        growth: (_actor, input) => readGrowth(reads, input),
      },
      runtime,
    ),
    track: createService(
      trackOperations,
      {
        impressions: (actor, input) => trackImpressions(tracking, actor, input),
        clicks: (actor, input) => trackClicks(tracking, actor, input),
      },
      runtime,
    ),
    subscribers: createAnalyticsSubscribers({ unitOfWork, readers, clock }),
    workers: [createRollupWorker({ unitOfWork, clock })],
  };
}
