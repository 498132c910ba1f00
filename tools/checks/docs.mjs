import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { codeBlocks, toModules } from './code-blocks.mjs';
import { counted } from './report.mjs';
import { runTool } from './run.mjs';
import { sourceFiles } from './source-files.mjs';

const DOCUMENTS = /^(README\.md|docs\/.*\.md|packages\/[^/]+\/README\.md|examples\/[^/]+\/README\.md)$/;

const MEND = {
  compile: 'Mend the example: readers copy it. It sees the built packages, and what docs/package.json lists.',
  reason: 'Write why after it: ```ts no-check shows an error on purpose',
};

const CONFIGURATION = {
  extends: '../../tsconfig.base.json',
  compilerOptions: {
    composite: false,
    declaration: false,
    emitDeclarationOnly: false,
    noEmit: true,
    lib: ['es2023', 'dom', 'dom.iterable'],
    rootDir: '.',
  },
  include: ['**/*.ts'],
};

/** Writes the modules of every document below `folder` and tells which Markdown line each line comes from. */
const writeModules = async (folder, documents) => {
  const origins = new Map();
  for (const { path, blocks } of documents) {
    for (const { name, text, lines } of toModules(blocks)) {
      const file = join(path.replace(/[^\w-]+/g, '-'), name);
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), text);
      origins.set(file, { path, lines });
    }
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(CONFIGURATION, null, 2));
  return origins;
};

const ERROR = /^(.+?)\((\d+),\d+\): error (TS\d+: .*)$/;

const toProblem = (text, folder, root, origins) => {
  const [, file, line, what] = ERROR.exec(text);
  const name = relative(folder, join(root, file));
  const origin = origins.get(name);
  const markdownLine = origin?.lines[Number(line) - 1] ?? origin?.lines.at(-1);
  const where = origin ? `${origin.path}:${markdownLine}` : `${file}:${line}`;
  return { where, what, mend: MEND.compile };
};

/** Compiles every TypeScript block of README and docs against the built packages. */
export const checkDocs = async (root) => {
  const documents = sourceFiles(root, DOCUMENTS).map((path) => ({
    path,
    blocks: codeBlocks(readFileSync(join(root, path), 'utf8')),
  }));
  const blocks = documents.flatMap(({ path, blocks: all }) => all.map((block) => ({ path, ...block })));
  const problems = blocks
    .filter(({ unchecked }) => unchecked === '')
    .map(({ path, line }) => ({
      where: `${path}:${line}`,
      what: 'no-check without a reason',
      mend: MEND.reason,
    }));

  // Inside of docs, so that imports resolve by docs/node_modules, as they would in a user's project.
  const folder = await mkdtemp(join(root, 'docs', '.compiled-'));
  try {
    const origins = await writeModules(folder, documents);
    if (origins.size > 0) {
      const { code, stdout } = await runTool(root, 'tsc', ['-p', folder, '--pretty', 'false']);
      const errors = stdout.split('\n').filter((line) => ERROR.test(line));
      problems.push(...errors.map((line) => toProblem(line, folder, root, origins)));
      if (code !== 0 && errors.length === 0) {
        problems.push({ where: 'docs', what: stdout.trim() || 'tsc failed', mend: MEND.compile });
      }
    }
    const opted = blocks.filter(({ unchecked }) => unchecked !== undefined).length;
    const looked = `${counted(blocks.length, 'block')} in ${counted(documents.length, 'document')}${opted > 0 ? `, ${opted} not compiled` : ''}`;
    return { looked, problems };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
