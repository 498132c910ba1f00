import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { embedded, servers } from './back-ends.js';
import { type DemoLine, runDemo } from './demo.js';
import { readFollowerGraph } from './follower-graph.js';

const USAGE = `npm run demo:graph -- FILE.csv[.gz] [options]

  Loads a follower graph ("follower,followee" a line), writes posts, and holds home feeds against the truth of the file.

  --posts N      posts under each rule (default 600)
  --readers N    homes that are checked (default 300)
  --only NAME    embedded or servers (default both)
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    posts: { type: 'string' },
    readers: { type: 'string' },
    only: { type: 'string' },
    help: { type: 'boolean' },
  },
});

const countOf = (value: string | undefined, fallback: number): number => {
  const count = value === undefined ? fallback : Number(value);
  if (!Number.isInteger(count) || count < 1) throw new Error(`"${value}" is not a number of at least 1`);
  return count;
};

function print(lines: readonly DemoLine[]): void {
  const table = new Table({
    head: ['back-end', 'step', 'count', 'per second', 'wrong'],
    style: { head: [], border: [] },
    colAligns: ['left', 'left', 'right', 'right', 'right'],
  });
  for (const { backEnd, step, count, perSecond, wrong } of lines)
    table.push([backEnd, step, count, perSecond === 0 ? '' : Math.round(perSecond), wrong ?? '']);
  process.stdout.write(`${table.toString()}\n`);
}

async function run(file: string): Promise<void> {
  const size = { posts: countOf(values.posts, 600), readers: countOf(values.readers, 300), width: 8 };
  const graph = await readFollowerGraph(file);
  process.stderr.write(`${graph.names.length} accounts, ${graph.follows.length} follows\n`);
  const folder = await mkdtemp(join(tmpdir(), 'socialkit-graph-'));
  const lines: DemoLine[] = [];
  try {
    if (values.only !== 'servers') {
      lines.push(...(await runDemo(embedded(join(folder, 'data')), graph, size)));
    }
    if (values.only !== 'embedded') {
      const backEnd = await servers();
      try {
        lines.push(...(await runDemo(backEnd, graph, size)));
      } finally {
        await backEnd.close();
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  print(lines);
  const wrong = lines.reduce((sum, line) => sum + (line.wrong ?? 0), 0);
  process.stdout.write(
    wrong === 0 ? 'Every home is what the file says, under every rule.\n' : `${wrong} homes are wrong.\n`,
  );
  if (wrong > 0) process.exitCode = 1;
}

const [file] = positionals;
if (file === undefined || values.help) {
  process.stdout.write(USAGE);
  process.exitCode = file === undefined ? 2 : 0;
} else await run(file);
