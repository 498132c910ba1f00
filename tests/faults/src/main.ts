import { parseArgs } from 'node:util';
import { type ChatFaultResult, runChatFaults } from './chat/run.js';
import { createProgress } from './progress.js';
import { printReview, printTable } from './report.js';
import { type ReviewFaultResult, runReviewFaults } from './review/run.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    workers: { type: 'string', default: '8' },
    items: { type: 'string', default: '5000' },
    seed: { type: 'string' },
    minutes: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const HELP = `Fault runs

  npm run faults -- chat    gateway and chat: no gap, no double, no disorder, whatever breaks
  npm run faults -- review  moderators that are killed: every case decided once, none lost

  --rounds N    chat: faults that strike while a send is in flight and an event undelivered (default 100)
                review: moderators killed while they work (default 100)
  --workers N   review: moderators, each a process (default 8)
  --items N     review: reported posts (default 5000)
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

const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);

function printReviewResult(result: ReviewFaultResult): void {
  if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else printReview(result);
}

if (values.help || !['chat', 'review'].includes(positionals[0] ?? '')) {
  process.stdout.write(HELP);
  if (!values.help && positionals.length > 0) process.exitCode = 2;
} else if (positionals[0] === 'review') {
  const items = wholeNumber(values.items, 'items');
  const progress = createProgress('review', items);
  const result = await runReviewFaults({
    workers: wholeNumber(values.workers, 'workers'),
    items,
    deaths: wholeNumber(values.rounds ?? '100', 'rounds'),
    seed,
    onDecided: (decided, label) => progress.advance(decided, label),
  });
  progress.done();
  printReviewResult(result);
  if (result.violations.length > 0) process.exitCode = 1;
} else {
  const rounds = wholeNumber(values.rounds ?? '100', 'rounds');
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
