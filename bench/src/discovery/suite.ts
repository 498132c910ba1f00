import { migrateServer, openPostgres, type Postgres } from '@socialkit/adapters/postgres';
import { startPostgres } from '@socialkit/test-services';
import type { Metric } from '../harness/metric.js';
import { createProgress } from '../harness/progress.js';
import type { Suite } from '../suites.js';
import { CAMPAIGN_EVENTS, measureCampaign } from './analytics-campaign.js';
import { measureDashboard } from './analytics-dashboard.js';
import { measureImpressions } from './analytics-impressions.js';
import { measureFactors, measureSuggestions } from './recommendations.js';

/** An empty database of its own for each part. */
interface Stage {
  readonly postgres: Postgres;
  readonly url: string;
  readonly rounds: number;
}

/** Full size, unless SOCIALKIT_BENCH_SHARE says how much of it. */
const SHARE = Number(process.env.SOCIALKIT_BENCH_SHARE ?? 1);
const SEED = Number(process.env.SOCIALKIT_SEED ?? 1);

const PARTS: readonly {
  readonly goal: string;
  readonly title: string;
  measure(stage: Stage): Promise<readonly Metric[]>;
}[] = [
  { goal: 'D11', title: 'factors of a catalogue', measure: () => measureFactors(SEED) },
  {
    goal: 'D12',
    title: 'people to follow: one user, a kept list, everybody (D13)',
    measure: ({ postgres }) => measureSuggestions(postgres, { share: SHARE, seed: SEED }),
  },
  {
    goal: 'D14',
    title: 'rollups of a shuffled log, made by a worker that dies',
    measure: ({ postgres }) =>
      measureCampaign(postgres, { events: Math.round(CAMPAIGN_EVENTS * SHARE), seed: SEED }),
  },
  {
    goal: 'D15',
    title: 'a dashboard from rollups, beside the log',
    measure: ({ postgres, url, rounds }) =>
      measureDashboard(postgres, url, { events: Math.round(1_000_000 * SHARE), rounds }),
  },
  {
    goal: 'D18',
    title: 'impressions through the service',
    measure: ({ url }) => measureImpressions(url, { seconds: 5 }),
  },
];

/** Discovery and analytics. */
export const discoverySuite: Suite = {
  name: 'discovery',
  summary: 'recommendations, rollups, dashboards and impressions: D11 to D15, D18',
  async run({ rounds, only, report }) {
    const parts = PARTS.filter(
      ({ goal }) => only === null || only.has(goal) || (goal === 'D12' && only.has('D13')),
    );
    const progress = createProgress('bench discovery', parts.length);
    try {
      for (const { goal, title, measure } of parts) {
        progress.step(`${goal} ${title}`);
        const server = await startPostgres({
          durable: true,
          settings: { shared_buffers: '512MB', max_wal_size: '4GB' },
        });
        const postgres = openPostgres({ url: server.url, statementTimeoutMs: 0 });
        try {
          await migrateServer({ url: server.url });
          for (const metric of await measure({ postgres, url: server.url, rounds })) report(metric);
        } finally {
          await postgres.close();
          await server.close();
        }
      }
    } finally {
      progress.done();
    }
  },
};
