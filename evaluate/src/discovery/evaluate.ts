import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Folders } from '../commands.js';
import { writeCsv } from '../csv.js';
import { dataFolder } from '../data-folder.js';
import { readHidden, readUsers } from './files.js';
import { itemBaselines, recommendItems } from './items.js';
import { measureModels } from './models.js';
import { gradeRankings, type Rankings, rowsOf } from './rankings.js';
import { type Answers, peopleBaselines, suggestPeople } from './who-to-follow.js';

const HEADER = ['user', 'item', 'rank'];

/** Writes suggestions of people: `user,item,rank` to 100. */
export async function writePeople(graph: string, users: string, out: string): Promise<void> {
  writeCsv(out, HEADER, rowsOf((await suggestPeople(graph, readUsers(users))).rankings));
}

/** Writes recommended items: `user,item,rank` to 20. */
export async function writeItems(
  train: string,
  users: string,
  friends: string | undefined,
  out: string,
): Promise<void> {
  writeCsv(out, HEADER, rowsOf((await recommendItems(train, readUsers(users), friends)).rankings));
}

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;

interface Set {
  readonly name: string;
  readonly folder: 'graph' | 'interactions';
  readonly hidden: string;
  readonly k: number;
  /** Interactions the factors alone are looked at on, if they are. */
  readonly model?: string;
  answer(path: (file: string) => string, users: readonly string[]): Promise<Answers>;
  others(path: (file: string) => string, users: readonly string[]): Readonly<Record<string, Rankings>>;
}

const SETS: readonly Set[] = [
  {
    name: 'who to follow, Epinions',
    folder: 'graph',
    hidden: 'epinions_core_dev_hidden.csv.gz',
    k: 10,
    answer: (path, users) => suggestPeople(path('epinions_core_train.csv.gz'), users),
    others: (path, users) => peopleBaselines(path('epinions_core_train.csv.gz'), users),
  },
  {
    name: 'items, Last.fm',
    folder: 'interactions',
    hidden: 'lastfm_dev_hidden.csv.gz',
    k: 20,
    model: 'lastfm_train.csv.gz',
    answer: (path, users) =>
      recommendItems(path('lastfm_train.csv.gz'), users, path('lastfm_friends.csv.gz')),
    others: (path, users) => itemBaselines(path('lastfm_train.csv.gz'), users, path('lastfm_friends.csv.gz')),
  },
  {
    name: 'items, MovieLens',
    folder: 'interactions',
    hidden: 'movielens_dev_hidden.csv.gz',
    k: 20,
    answer: (path, users) => recommendItems(path('movielens_train.csv.gz'), users, undefined),
    others: (path, users) => itemBaselines(path('movielens_train.csv.gz'), users, undefined),
  },
];

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Diversity (lambda .7) and placing without training, of the factors alone. */
async function modelLine(train: string, hidden: ReturnType<typeof readHidden>): Promise<string> {
  const { mmrLoss, mmrGain, foldIn, threeKnown } = await measureModels(train, hidden);
  return `factors: MMR loses ${percent(mmrLoss)} recall for ${percent(mmrGain)} distance; placed afterwards ${percent(foldIn)} of trained; three known items ${threeKnown.toFixed(2)} x popularity\n`;
}

/** Grades people and items on the development parts beside simpler ways, in one run. Says what is not there. */
export async function evaluateDiscovery({ data, out }: Folders): Promise<void> {
  const tables: string[] = [];
  for (const { name, folder, hidden: file, k, model, answer, others } of SETS) {
    const path = (one: string) => join(dataFolder(data, folder), one);
    if (!existsSync(path(file))) {
      process.stdout.write(`${name}: there is no ${file}\n`);
      continue;
    }
    const hidden = readHidden(path(file));
    const users = [...hidden.keys()];
    const { rankings, latencies } = await answer(path, users);
    const line = (way: string, given: Rankings, suffix = '') => {
      const { recall, ndcg, mrr } = gradeRankings(given, hidden, k);
      const figures = [recall, mrr, ndcg].map((value) => value.toFixed(4).padStart(10)).join('');
      return `${way.padEnd(36)}${figures}${suffix}\n`;
    };
    const took = `   ${quantile(latencies, 0.5).toFixed(1)} / ${quantile(latencies, 0.95).toFixed(1)} ms (p50 / p95, embedded)`;
    const head = `${name}: ${users.length} users\n${''.padEnd(36)}${[`recall@${k}`, 'MRR', `nDCG@${k}`].map((one) => one.padStart(10)).join('')}\n`;
    const told = model === undefined ? '' : await modelLine(path(model), hidden);
    const table =
      head +
      line('socialkit', rankings, took) +
      Object.entries(others(path, users))
        .map(([way, given]) => line(way, given))
        .join('') +
      told;
    process.stdout.write(`${table}\n`);
    tables.push(table);
  }
  writeFileSync(join(out, 'discovery.txt'), tables.join('\n'));
}
