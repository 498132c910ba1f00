import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Folders } from '../commands.js';
import { readCsv } from '../csv.js';
import { dataFolder } from '../data-folder.js';
import { activityOf } from './activity.js';
import { type Comparison, compare, ratesOfTable, summariesOfTable } from './posts.js';

interface Golden {
  readonly fb_metrics: object;
  readonly fb_live: object;
  readonly activity_higgs: {
    readonly events: number;
    readonly hourly: object;
    readonly daily_distinct_actors: object;
    readonly distinct_actors_total: number;
    readonly top20_targets: readonly (readonly [number, number, number])[];
  };
}

/** Relative error of a distinct count that the design allows above the exact sets. */
const REACH_WITHIN = 0.02;
const MOST_TOLD = 10;

const say = (name: string, { checked, differences }: Comparison): void => {
  process.stdout.write(
    `${name.padEnd(44)}${String(checked).padStart(8)} numbers  ${differences.length === 0 ? 'equal' : `${differences.length} DIFFER`}\n`,
  );
  for (const difference of differences.slice(0, MOST_TOLD)) process.stdout.write(`  ${difference}\n`);
  if (differences.length > 0) process.exitCode = 1;
};

/** Reach of the largest targets: exact sets to 256, then sketches. */
function reachOf(
  expected: Golden['activity_higgs']['top20_targets'],
  targets: readonly (readonly [number, number, number])[],
): { readonly counts: Comparison; readonly worst: number } {
  const ours = new Map(targets.map((target) => [target[0], target]));
  const differences: string[] = [];
  let worst = 0;
  for (const [target, events, reach] of expected) {
    const [, counted = 0, estimated = 0] = ours.get(target) ?? [];
    const error = Math.abs(estimated - reach) / reach;
    worst = Math.max(worst, error);
    if (counted !== events) differences.push(`target ${target}: ${counted} events, not ${events}`);
    if (reach <= 256 ? estimated !== reach : error > REACH_WITHIN)
      differences.push(`target ${target}: reach ${estimated}, not ${reach}`);
  }
  return { counts: { checked: expected.length * 2, differences }, worst };
}

/** Holds rates and rollups against the independent recount beside the sets; says so where it is not there. */
export async function evaluateAnalytics({ data }: Folders): Promise<void> {
  const folder = dataFolder(data, 'interactions');
  const path = join(folder, 'analytics_golden_dev.json');
  if (!existsSync(path)) {
    process.stdout.write('analytics: there is no analytics_golden_dev.json\n');
    return;
  }
  const golden = JSON.parse(readFileSync(path, 'utf8')) as Golden;
  const table = (name: string) => readCsv(join(folder, `${name}.csv.gz`));
  process.stdout.write('\nAnalytics against an independent recount\n');
  say('rates by type, hour and weekday', compare(golden.fb_metrics, ratesOfTable(table('posts_fb_metrics'))));
  say(
    'sums, means and medians by type, hour, page',
    compare(golden.fb_live, summariesOfTable(table('posts_fb_live'))),
  );

  const seed = Number(process.env.SOCIALKIT_SEED ?? 1);
  const activity = await activityOf(table('activity_higgs_dev'), seed);
  const {
    top20_targets: top,
    events,
    hourly,
    daily_distinct_actors,
    distinct_actors_total,
  } = golden.activity_higgs;
  say(
    `hours and distinct people, shuffled (seed ${seed})`,
    compare({ events, hourly, daily_distinct_actors, distinct_actors_total }, activity),
  );
  const { counts, worst } = reachOf(top, activity.targets);
  say('targets with the most events', counts);
  process.stdout.write(`  largest error of a reach: ${(worst * 100).toFixed(2)} %\n`);
}
