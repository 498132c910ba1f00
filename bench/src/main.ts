import { parseArgs } from 'node:util';
import type { Metric } from './harness/metric.js';
import { printJson, printTable } from './harness/report.js';
import { DEFAULT_ROUNDS } from './harness/rounds.js';
import { suites } from './suites.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: String(DEFAULT_ROUNDS) },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function list(): void {
  process.stdout.write('Benchmarks\n\n');
  for (const suite of suites)
    process.stdout.write(`  npm run bench -- ${suite.name.padEnd(12)} ${suite.summary}\n`);
  process.stdout.write(`
  --json        one JSON object a line on standard output
  --only P1,P4  these goals only
  --rounds N    measured rounds, at least ${DEFAULT_ROUNDS} for a figure worth quoting (default ${DEFAULT_ROUNDS})
`);
}

const [name] = positionals;
const suite = suites.find((candidate) => candidate.name === name);
if (name === undefined || values.help) {
  list();
} else if (!suite) {
  process.stderr.write(`there is no benchmark "${name}"\n`);
  list();
  process.exitCode = 2;
} else {
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds takes a whole number of at least 1');
  const metrics: Metric[] = [];
  await suite.run({
    rounds,
    only: values.only ? new Set(values.only.split(',')) : null,
    report(metric) {
      metrics.push(metric);
      if (values.json) printJson([metric]);
    },
  });
  if (!values.json) printTable(metrics);
  if (metrics.some((metric) => metric.ok === false)) process.exitCode = 1;
}
