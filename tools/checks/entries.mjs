import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { counted } from './report.mjs';
import { withoutComments } from './source-imports.mjs';

const SOURCE_CONDITION = '@socialkit/source';

const MEND = {
  shape: `Each entry is { "${SOURCE_CONDITION}": "./src/x.ts", "types": "./dist/x.d.ts", "default": "./dist/x.js" }, in this order.`,
  tsup: 'List the same sources in exports of package.json and in entry of tsup.config.ts.',
  built: 'Run `pnpm run build`; if the file is still missing, the entry names a source that does not exist.',
};

/** The sources that a tsup configuration names. */
const tsupEntries = (text) => {
  const list = /\bentry:\s*\[([^\]]*)\]/.exec(withoutComments(text))?.[1] ?? '';
  return [...list.matchAll(/(['"])([^'"]+)\1/g)].map((match) => match[2]);
};

const expectedOf = (source) => {
  const path = source.replace(/^\.\/src\//, '').replace(/\.tsx?$/, '');
  return { [SOURCE_CONDITION]: source, types: `./dist/${path}.d.ts`, default: `./dist/${path}.js` };
};

/**
 * Whether the exports of a package, its tsup entries and its built files name the same things.
 *
 * @param {string} folder The package, from the root, for messages.
 * @param {{ exports?: Record<string, unknown> }} manifest
 * @param {string} tsup Text of tsup.config.ts.
 * @param {(path: string) => boolean} exists Whether a path from the package's folder is a file.
 * @returns {import('./report.mjs').Problem[]}
 */
export const entryProblems = (folder, manifest, tsup, exists) => {
  const problems = [];
  const where = `${folder}/package.json`;
  const sources = [];
  for (const [subpath, entry] of Object.entries(manifest.exports ?? {})) {
    if (subpath === './package.json') continue;
    const source = entry?.[SOURCE_CONDITION];
    if (typeof source !== 'string' || JSON.stringify(entry) !== JSON.stringify(expectedOf(source))) {
      problems.push({ where, what: `the entry "${subpath}" has another shape`, mend: MEND.shape });
      continue;
    }
    sources.push(source.slice(2));
    for (const file of Object.values(entry)) {
      if (!exists(file))
        problems.push({ where, what: `"${subpath}" names ${file}, which is not there`, mend: MEND.built });
    }
  }
  const built = tsupEntries(tsup);
  for (const source of sources.filter((name) => !built.includes(name))) {
    problems.push({ where: `${folder}/tsup.config.ts`, what: `does not build ${source}`, mend: MEND.tsup });
  }
  const bins = Object.values(manifest.bin ?? {}).map((file) =>
    file.replace(/^\.\/dist\/(.*)\.js$/, 'src/$1.ts'),
  );
  for (const source of built.filter((name) => !sources.includes(name) && !bins.includes(name))) {
    problems.push({ where, what: `exports nothing of ${source}, which tsup builds`, mend: MEND.tsup });
  }
  for (const [name, file] of Object.entries(manifest.bin ?? {})) {
    if (!exists(file))
      problems.push({ where, what: `the command ${name} is ${file}, which is not there`, mend: MEND.built });
  }
  return problems;
};

/** Folders of the published packages, from the root. */
export const packageFolders = (root) =>
  readdirSync(join(root, 'packages'))
    .map((name) => `packages/${name}`)
    .filter((folder) => existsSync(join(root, folder, 'package.json')));

/** Exports against built entries, for every published package. */
export const checkEntries = async (root) => {
  const folders = packageFolders(root);
  const problems = folders.flatMap((folder) => {
    const read = (file) => readFileSync(join(root, folder, file), 'utf8');
    const exists = (file) => existsSync(join(root, folder, file));
    return entryProblems(folder, JSON.parse(read('package.json')), read('tsup.config.ts'), exists);
  });
  return { looked: counted(folders.length, 'package'), problems };
};
