import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXACT_LIMIT } from '@socialkit/core';
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
    readonly hourly: Readonly<Record<string, readonly [number, number, number, number]>>;
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

/** A distinct count against an exact one: exact sets to 256, then sketches. */
function distinct(
  name: string,
  ours: number,
  exact: number,
): { readonly error: number; readonly said: readonly string[] } {
  const error = exact === 0 ? ours : Math.abs(ours - exact) / exact;
  const wrong = exact <= EXACT_LIMIT ? ours !== exact : error > REACH_WITHIN;
  return { error, said: wrong ? [`${name}: ${ours}, not ${exact}`] : [] };
}

function reachOf(golden: Golden['activity_higgs'], activity: Awaited<ReturnType<typeof activityOf>>) {
  const ours = new Map(activity.targets.map((target) => [target[0], target]));
  const counted = golden.top20_targets.flatMap(([target, events]) => {
    const own = ours.get(target)?.[1] ?? 0;
    return own === events ? [] : [`target ${target}: ${own} events, not ${events}`];
  });
  const reaches = [
    ...golden.top20_targets.map(([target, , reach]) =>
      distinct(`target ${target}`, ours.get(target)?.[2] ?? 0, reach),
    ),
    ...Object.entries(golden.hourly).map(([hour, [, , , people]]) =>
      distinct(`hour ${hour}`, activity.people[Number(hour)] ?? 0, people),
    ),
  ];
  return {
    counts: {
      checked: golden.top20_targets.length + reaches.length,
      differences: [...counted, ...reaches.flatMap(({ said }) => said)],
    },
    worst: Math.max(...reaches.map(({ error }) => error)),
  };
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
  const { events, daily_distinct_actors, distinct_actors_total } = golden.activity_higgs;
  const hourly = Object.fromEntries(
    Object.entries(golden.activity_higgs.hourly).map(([hour, counts]) => [hour, counts.slice(0, 3)]),
  );
  say(
    `hours and distinct people, shuffled (seed ${seed})`,
    compare({ events, hourly, daily_distinct_actors, distinct_actors_total }, activity),
  );
  const { counts, worst } = reachOf(golden.activity_higgs, activity);
  say('largest targets, people of targets and hours', counts);
  process.stdout.write(`  largest error of a reach: ${(worst * 100).toFixed(2)} %\n`);
}
