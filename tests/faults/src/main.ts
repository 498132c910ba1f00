import { parseArgs } from 'node:util';
import { type ChatFaultResult, runChatFaults } from './chat/run.js';
import { createProgress } from './progress.js';
import { printTable } from './report.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '100' },
    seed: { type: 'string' },
    minutes: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const HELP = `Fault runs

  npm run faults -- chat    gateway and chat: no gap, no double, no disorder, whatever breaks

  --rounds N    faults that strike while a send is in flight and an event undelivered (default 100)
  --seed S      repeats the choices of a run; every run prints its own
  --minutes M   ends after so long, however many faults have struck by then
  --only A,B    these kinds only, by name
  --json        one JSON object a line on standard output
`;

const wholeNumber = (text: string, name: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} takes a whole number of at least 1`);
  return value;
};

function print({ kinds, violations, ...rest }: ChatFaultResult): void {
  if (!values.json) {
    printTable({ kinds, violations, ...rest });
    return;
  }
  for (const kind of kinds) process.stdout.write(`${JSON.stringify(kind)}\n`);
  process.stdout.write(`${JSON.stringify({ ...rest, violations })}\n`);
}

if (values.help || positionals[0] !== 'chat') {
  process.stdout.write(HELP);
  if (!values.help && positionals.length > 0) process.exitCode = 2;
} else {
  const rounds = wholeNumber(values.rounds, 'rounds');
  const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
  const progress = createProgress('faults', rounds);
  const result = await runChatFaults({
    rounds,
    seed,
    ...(values.minutes === undefined ? {} : { budgetMs: Number(values.minutes) * 60_000 }),
    only: values.only ? new Set(values.only.split(',')) : null,
    onRound: (counted, label) => progress.advance(counted, label),
  });
  progress.done();
  print(result);
  if (result.violations.length > 0) process.exitCode = 1;
}
