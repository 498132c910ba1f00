import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { commands } from './commands.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    data: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

function list(): void {
  process.stdout.write('Evaluations\n\n');
  for (const { name, summary } of commands) {
    process.stdout.write(`  npm run evaluate -- ${name.padEnd(14)} ${summary}\n`);
  }
  process.stdout.write(`
  --data DIR   where the sets are: <set>.train.csv, <set>.dev.csv, <set>.test.csv
  --out DIR    where tables and predictions go
`);
}

const [name] = positionals;
const chosen =
  name === 'all' ? commands.filter(({ inAll }) => inAll) : commands.filter((one) => one.name === name);
if (name === undefined || values.help) list();
else if (chosen.length === 0) {
  process.stderr.write(`there is no evaluation "${name}"\n`);
  list();
  process.exitCode = 2;
} else if (!values.data || !values.out) {
  process.stderr.write('--data and --out are needed\n');
  process.exitCode = 2;
} else {
  // npm runs scripts in the workspace's root; paths are meant from where the command was given.
  const from = process.env.INIT_CWD ?? process.cwd();
  const folders = { data: resolve(from, values.data), out: resolve(from, values.out) };
  mkdirSync(folders.out, { recursive: true });
  for (const command of chosen) await command.run(folders);
}
