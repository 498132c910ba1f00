import { parseArgs } from 'node:util';
import { playInteractive } from './interactive.js';
import { playScript } from './script.js';

const { values } = parseArgs({
  options: {
    interactive: { type: 'boolean', default: false },
  },
});
const print = (line: string) => void process.stdout.write(`${line}\n`);

if (values.interactive) await playInteractive(print);
else if (!(await playScript(print))) process.exitCode = 1;
