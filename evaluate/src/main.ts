import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { commands, type EvaluateCommand } from './commands.js';

const fileNames = [
  ...new Set(commands.flatMap(({ files = [], optionalFiles = [] }) => [...files, ...optionalFiles])),
];
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
    ...Object.fromEntries(fileNames.map((name) => [name, { type: 'string' as const }])),
  },
});

const optionsOf = ({ files = [], optionalFiles = [] }: EvaluateCommand): string =>
  [...files.map((name) => ` --${name} FILE`), ...optionalFiles.map((name) => ` [--${name} FILE]`)].join('') +
  (files.length > 0 ? ' --out FILE' : '');

function list(): void {
  process.stdout.write('Evaluations\n\n');
  for (const command of commands)
    process.stdout.write(
      `  npm run evaluate -- ${command.name}${optionsOf(command)}\n      ${command.summary}\n`,
    );
  process.stdout.write(`
  npm run evaluate -- all: every evaluation of --data
  --data DIR   where the sets are, or the folders of their kinds
  --out DIR    where tables and predictions go; .socialkit/evaluate when all are run
`);
}

// npm runs scripts in the workspace's root; paths are meant from where the command was given.
const from = process.env.INIT_CWD ?? process.cwd();
const pathOf = (name: string): string | undefined => {
  const value = (values as Readonly<Record<string, string | boolean | undefined>>)[name];
  return typeof value === 'string' ? resolve(from, value) : undefined;
};

function fail(problem: string): void {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 2;
}

async function runOne(command: EvaluateCommand): Promise<void> {
  const missing = [...(command.files ?? []), 'out'].filter((name) => pathOf(name) === undefined);
  if (missing.length > 0) return fail(`${missing.map((name) => `--${name}`).join(' and ')} needed`);
  const out = pathOf('out') ?? '';
  mkdirSync(dirname(out), { recursive: true });
  const files = Object.fromEntries(fileNames.map((name) => [name, pathOf(name)]));
  await command.run({ data: pathOf('data') ?? '', out }, files);
}

async function runOnData(chosen: readonly EvaluateCommand[], isAll: boolean): Promise<void> {
  const data = pathOf('data');
  const out = pathOf('out') ?? (isAll ? resolve(from, '.socialkit/evaluate') : undefined);
  if (data === undefined || out === undefined) return fail('--data and --out are needed');
  mkdirSync(out, { recursive: true });
  for (const command of chosen) await command.run({ data, out }, {});
}

const [name] = positionals;
const chosen =
  name === 'all' ? commands.filter(({ inAll }) => inAll) : commands.filter((one) => one.name === name);
const [first] = chosen;
if (name === undefined || values.help) list();
else if (first === undefined) {
  fail(`there is no evaluation "${name}"`);
  list();
} else if (first.files !== undefined && name !== 'all') await runOne(first);
else await runOnData(chosen, name === 'all');
