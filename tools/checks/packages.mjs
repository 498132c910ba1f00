import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { packageFolders } from './entries.mjs';
import { counted } from './report.mjs';
import { run, runPnpm } from './run.mjs';

const MEND = {
  pack: 'Make `pnpm pack` work in this folder.',
  publint: 'See https://publint.dev/rules; it looks at the packed package.',
  types: 'Run `pnpm exec attw --profile esm-only <tarball>`; each entry needs types beside its JavaScript.',
  contents: 'Leave it out by "files" in package.json: dist without tests and build records.',
};

const require = createRequire(import.meta.url);
const ATTW = join(dirname(require.resolve('@arethetypeswrong/cli/package.json')), 'dist/index.js');

const UNWANTED = /\.(test|program)\.|tsbuildinfo|(^|\/)src\//;

const pack = async (root, folder, destination) => {
  const packed = await runPnpm(['pack', '--json', '--pack-destination', destination], {
    cwd: join(root, folder),
  });
  if (packed.code !== 0) throw new Error(packed.stderr || packed.stdout);
  const start = packed.stdout.indexOf('{');
  const { filename, files } = JSON.parse(packed.stdout.slice(start));
  return { tarball: filename, names: files.map(({ path }) => path) };
};

const publishing = async (where, tarball) => {
  const bytes = await readFile(tarball);
  const archive = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball: archive }, strict: true });
  return messages
    .filter(({ type }) => type !== 'suggestion')
    .map((message) => ({ where, what: formatMessage(message, pkg) ?? message.code, mend: MEND.publint }));
};

const typing = async (where, tarball) => {
  const args = [
    tarball,
    '--profile',
    'esm-only',
    '--no-definitely-typed',
    '--no-emoji',
    '--no-color',
    '--no-summary',
  ];
  const { code, stdout, stderr } = await run(process.execPath, [ATTW, ...args]);
  if (code === 0) return [];
  const lines = `${stdout}${stderr}`.split('\n').filter((line) => /^"|✗|: (?!OK|\(ignored\))/.test(line));
  return [{ where, what: lines.join('; ') || 'the types do not resolve', mend: MEND.types }];
};

const contents = (where, names) => {
  const unwanted = names.filter((name) => UNWANTED.test(name));
  if (unwanted.length === 0) return [];
  return [{ where, what: `would publish ${unwanted.length} files like ${unwanted[0]}`, mend: MEND.contents }];
};

/** publint and are-the-types-wrong on every package, as it would be published. */
export const checkPackages = async (root) => {
  const folders = packageFolders(root);
  const destination = await mkdtemp(join(tmpdir(), 'socialkit-packed-'));
  try {
    const problems = await Promise.all(
      folders.map(async (folder) => {
        const where = `${folder}/package.json`;
        let packed;
        try {
          packed = await pack(root, folder, destination);
        } catch (error) {
          return [{ where, what: `cannot be packed: ${error.message.trim()}`, mend: MEND.pack }];
        }
        const { tarball, names } = packed;
        const found = await Promise.all([publishing(where, tarball), typing(where, tarball)]);
        return [...found.flat(), ...contents(where, names)];
      }),
    );
    return { looked: counted(folders.length, 'package'), problems: problems.flat() };
  } finally {
    await rm(destination, { recursive: true, force: true });
  }
};
