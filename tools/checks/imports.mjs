import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { cyclesOf } from './cycles.mjs';
import { checkImport } from './import-rules.mjs';
import { counted } from './report.mjs';
import { isTestSupport, SOURCES, sourceFiles } from './source-files.mjs';
import { importsOf } from './source-imports.mjs';

const MEND_CYCLE = 'Move what both sides need into a file of its own that imports neither.';

const resolveRelative = (path, specifier, exists) => {
  if (!specifier.startsWith('.')) return undefined;
  const base = posix.join(dirname(path), specifier);
  return [base.replace(/\.js$/, '.ts'), base.replace(/\.js$/, '.tsx'), base].find(exists);
};

/**
 * Checks sources against the direction of imports and for cycles. Types leave nothing at run time, so only
 * imports of values make a cycle.
 *
 * @param {Map<string, string>} sources Path from the root to text.
 * @param {(path: string) => boolean} [exists] Whether a path from the root is a file.
 * @returns {import('./report.mjs').Problem[]}
 */
export const importProblems = (sources, exists = (path) => sources.has(path)) => {
  const problems = [];
  const graph = new Map();
  for (const [path, text] of sources) {
    const values = new Set();
    for (const imported of importsOf(text)) {
      const target = resolveRelative(path, imported.specifier, exists);
      const found = checkImport(path, imported, target);
      if (found) problems.push({ where: `${path}:${imported.line}`, ...found });
      if (target !== undefined && !imported.typeOnly) values.add(target);
    }
    if (!isTestSupport(path)) graph.set(path, [...values]);
  }
  for (const cycle of cyclesOf(graph)) {
    const what = `imports run in a circle: ${[...cycle, cycle[0]].join(' -> ')}`;
    problems.push({ where: cycle[0], what, mend: MEND_CYCLE });
  }
  return problems;
};

/** The direction of imports over packages, examples and bench. */
export const checkImports = async (root) => {
  const paths = sourceFiles(root, SOURCES);
  const sources = new Map(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
  return {
    looked: counted(paths.length, 'file'),
    problems: importProblems(sources, (path) => existsSync(join(root, path))),
  };
};
