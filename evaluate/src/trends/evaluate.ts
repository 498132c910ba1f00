import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Folders } from '../commands.js';
import { writeCsv } from '../csv.js';
import { dataFolder } from '../data-folder.js';
import { detectTrends } from './detect.js';
import { countedTrends, mastodonTrends } from './formulas.js';
import { gradeTrends, type TrendGrade } from './grade.js';
import { type Listing, type Planted, readStream } from './stream.js';

/** Writes the trends of a stream: `tick,tag,rank`. */
export async function writeTrends(stream: string, users: string, out: string): Promise<void> {
  const rows = (await detectTrends(readStream(stream, users))).flatMap(({ tick, tags }) =>
    tags.map((tag, rank) => [tick, tag, rank + 1] as const),
  );
  writeCsv(out, ['tick', 'tag', 'rank'], rows);
}

const columns = [
  'f1',
  'recall',
  'precision',
  'latency',
  'spam',
  'periodic',
] as const satisfies readonly (keyof TrendGrade)[];

const line = (name: string, grade: TrendGrade): string =>
  `${name.padEnd(24)}${columns
    .map((column) =>
      column === 'latency' ? `${grade[column]}`.padStart(10) : grade[column].toFixed(3).padStart(10),
    )
    .join('')}\n`;

/** Grades the shipped detector and other formulas on the development stream; says so where it is not there. */
export async function evaluateTrends({ data, out }: Folders): Promise<void> {
  const folder = dataFolder(data, 'interactions');
  const labels = join(folder, 'trend_stream_dev_labels.json');
  if (!existsSync(labels)) {
    process.stdout.write('trends: there is no trend_stream_dev_labels.json\n');
    return;
  }
  const planted = (JSON.parse(readFileSync(labels, 'utf8')) as { labels: readonly Planted[] }).labels.map(
    (label): Planted => ({ ...label, tag: String(label.tag) }),
  );
  const stream = readStream(
    join(folder, 'trend_stream_dev.csv.gz'),
    join(folder, 'trend_stream_dev_users.csv.gz'),
  );
  const grade = (listings: readonly Listing[]) => gradeTrends(listings, planted);
  const ours = grade(await detectTrends(stream));
  const mastodon = grade(mastodonTrends(stream));
  const table =
    `Trends, development stream: ${stream.uses.length} uses, ${planted.length} planted\n\n` +
    `${''.padEnd(24)}${columns.map((column) => column.padStart(10)).join('')}\n` +
    line('socialkit', ours) +
    line("Mastodon's formula", mastodon) +
    line('uses in 24 h', grade(countedTrends(stream))) +
    `\nF1 ${(ours.f1 / mastodon.f1).toFixed(2)} times that of Mastodon's formula; goals: F1 >= 0.85, latency <= 35 min, spam <= 0.04, 2.0 times\n\n`;
  process.stdout.write(table);
  writeFileSync(join(out, 'trends.txt'), table);
}
